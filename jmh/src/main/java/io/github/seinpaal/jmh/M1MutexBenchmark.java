package io.github.seinpaal.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/** M1: lock, work, unlock, work; any number of threads (JMH's {@code -t}), one is uncontended. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
public class M1MutexBenchmark {
  /** Who runs. */
  @Param({"seinpaal", "seinpaalFair", "juc", "jucFair", "synchronized", "stamped"})
  String rival;

  /** Mean length of the work inside, and of the work outside; 0 is none. */
  @Param({"0", "100"})
  int work;

  private MutexRival mutex;

  /** Builds the rival. */
  @Setup
  public void setUp() {
    mutex = MutexRival.of(rival);
  }

  /** One round. */
  @Benchmark
  public void lockUnlock(Work local) {
    mutex.section(local, work);
    if (work != 0) {
      local.run(work);
    }
  }
}
