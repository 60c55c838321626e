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

/** S1: acquire, work, release, work; any number of threads (JMH's {@code -t}). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
public class S1ContendedBenchmark {
  /** Who runs. */
  @Param({"seinpaal", "seinpaalFair", "juc", "jucFair", "floor"})
  String rival;

  /** How many threads may be inside at once. */
  @Param({"1", "2", "4", "8", "16"})
  int permits;

  /** Mean length of the work inside, and of the work outside. */
  @Param("100")
  int work;

  private Rival semaphore;

  /** Builds the rival. */
  @Setup
  public void setUp() {
    semaphore = Rival.of(rival, permits);
  }

  /** One round. */
  @Benchmark
  public void acquireRelease(Work local) throws InterruptedException {
    semaphore.acquire();
    local.run(work);
    semaphore.release();
    local.run(work);
  }
}
