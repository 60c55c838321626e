package io.github.seinpaal.jmh;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A1: one permit for tasks that keep no thread while they wait for it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
@Threads(1)
public class A1AsyncBenchmark {
  private static final int QUEUED = 1_000;

  /** Who runs; {@code juc} is a chain of {@code CompletableFuture}s. */
  @Param({"seinpaal", "seinpaalFair", "juc", "kotlinx"})
  String rival;

  private ExecutorService pool;
  private AsyncRival direct;
  private AsyncRival pooled;

  /** Builds the rival twice: without an executor of its own, and with a thread. */
  @Setup
  public void setUp() {
    pool = Executors.newSingleThreadExecutor();
    direct = AsyncRival.of(rival, Runnable::run);
    pooled = AsyncRival.of(rival, pool);
  }

  /** Ends the thread. */
  @TearDown
  public void tearDown() {
    pool.shutdown();
  }

  /** The permit is free, and the task runs at once in the same thread. */
  @Benchmark
  public void free(Blackhole done) {
    direct.submit(() -> done.consume(this));
  }

  /** 1,000 tasks queue up behind one that holds the permit, and run one after the other. */
  @Benchmark
  @OperationsPerInvocation(QUEUED)
  public void queued() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(QUEUED);
    Runnable release = pooled.hold();
    for (int i = 0; i < QUEUED; i++) {
      pooled.submit(done::countDown);
    }
    release.run();
    done.await();
  }
}
