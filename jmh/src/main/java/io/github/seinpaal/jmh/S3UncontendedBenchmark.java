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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** S3: one thread, permits always free; the cost of the fast paths. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
@Threads(1)
public class S3UncontendedBenchmark {
  private static final int BULK = 8;

  /** Who runs; {@code Max} is built with a maximum. */
  @Param({"seinpaal", "seinpaalFair", "seinpaalMax", "seinpaalFairMax", "juc", "jucFair", "floor"})
  String rival;

  /** Permits, in units of the request: the bulk semaphore holds eight times as many. */
  @Param({"1", "16"})
  int permits;

  private Rival semaphore;
  private Rival bulk;

  /** Builds the rival. */
  @Setup
  public void setUp() {
    semaphore = Rival.of(rival, permits);
    bulk = Rival.of(rival, BULK * permits);
  }

  /** {@code acquire(); release()}. */
  @Benchmark
  public void acquireRelease() throws InterruptedException {
    semaphore.acquire();
    semaphore.release();
  }

  /** {@code tryAcquire()}, and {@code release()} on success, which is always. */
  @Benchmark
  public boolean tryAcquireRelease() {
    boolean taken = semaphore.tryAcquire();
    if (taken) {
      semaphore.release();
    }
    return taken;
  }

  /** {@code acquire(8); release(8)}. */
  @Benchmark
  public void acquireReleaseBulk() throws InterruptedException {
    bulk.acquire(BULK);
    bulk.release(BULK);
  }

  /** {@code acquirePermit().close()}; without a guard where the rival has none. */
  @Benchmark
  public void guardedAcquireRelease() throws InterruptedException {
    semaphore.acquireAndClose();
  }

  /** The same with a guard that escapes, so that it cannot live in registers. */
  @Benchmark
  public void escapingGuardAcquireRelease(Blackhole others) throws InterruptedException {
    semaphore.acquireAndClose(others);
  }
}
