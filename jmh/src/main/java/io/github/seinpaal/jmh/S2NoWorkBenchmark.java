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

/** S2: acquire and release with no work at all; any number of threads (JMH's {@code -t}). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
public class S2NoWorkBenchmark {
  /** Who runs. */
  @Param({"seinpaal", "seinpaalFair", "juc", "jucFair", "floor"})
  String rival;

  /** How many threads may be inside at once. */
  @Param({"1", "4", "16"})
  int permits;

  private Rival semaphore;

  /** Builds the rival. */
  @Setup
  public void setUp() {
    semaphore = Rival.of(rival, permits);
  }

  /** One round. */
  @Benchmark
  public void acquireRelease() throws InterruptedException {
    semaphore.acquire();
    semaphore.release();
  }
}
