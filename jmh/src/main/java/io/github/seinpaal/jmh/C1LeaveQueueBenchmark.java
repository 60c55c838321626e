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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/**
 * C1: join a queue of waiters that stay, time out, leave. The waiters are virtual threads from JDK
 * 21 on, else platform threads and then no more than {@value Waiters#MOST_PLATFORM}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Timeout(time = 30)
@Threads(1)
public class C1LeaveQueueBenchmark {
  /** Who runs; the floor is a bare {@code parkNanos} of the same length. */
  @Param({"seinpaal", "seinpaalFair", "juc", "jucFair", "floor"})
  String rival;

  /** Waiters that stay in the queue; 10,000 and 100,000 on request, with virtual threads. */
  @Param({"0", "10", "1000"})
  int waiting;

  /** The timeout: 1 ns has passed once the queue is joined; 50 µs is slept or spun out. */
  @Param({"1", "50000"})
  long timeoutNanos;

  private Rival semaphore;
  private Thread[] staying;

  /** Fills the queue. */
  @Setup
  public void setUp() {
    semaphore = Rival.of(rival, 0);
    boolean virtual = Waiters.virtualAvailable();
    if (!virtual && waiting > Waiters.MOST_PLATFORM) {
      throw new IllegalStateException(waiting + " waiters need virtual threads, JDK 21 and later");
    }
    staying = new Thread[rival.equals("floor") ? 0 : waiting];
    for (int i = 0; i < staying.length; i++) {
      staying[i] = Waiters.start(virtual, this::stay);
    }
    if (!Waiters.awaitBlocked(staying, System.nanoTime() + TimeUnit.SECONDS.toNanos(60))) {
      throw new IllegalStateException("the waiters did not all block within a minute");
    }
  }

  private void stay() {
    try {
      semaphore.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the waiters go. */
  @TearDown
  public void tearDown() throws InterruptedException {
    semaphore.release(Math.max(1, staying.length));
    for (Thread thread : staying) {
      thread.join();
    }
  }

  /** One departure. */
  @Benchmark
  public boolean timeOut() throws InterruptedException {
    return semaphore.tryAcquire(timeoutNanos);
  }
}
