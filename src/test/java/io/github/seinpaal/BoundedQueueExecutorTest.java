package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The queue as that of a thread pool. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueExecutorTest {

  /** Threads that say nothing when they die of an exception. */
  private static final class Quiet implements ThreadFactory {
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean open = true;
    private volatile Throwable cause;

    @Override
    public Thread newThread(Runnable work) {
      if (!open) {
        return null;
      }
      made.incrementAndGet();
      Thread thread = new Thread(work, "pool-worker");
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((t, e) -> cause = e);
      return thread;
    }
  }

  private static ThreadPoolExecutor pool(
      BoundedQueue<Runnable> queue, int core, int most, long keepAlive) {
    return new ThreadPoolExecutor(core, most, keepAlive, MILLISECONDS, queue, new Quiet());
  }

  /** Submits, waiting while the pool rejects. */
  private static void insist(ThreadPoolExecutor pool, Runnable task) {
    for (; ; ) {
      try {
        pool.execute(task);
        return;
      } catch (RejectedExecutionException full) {
        Thread.yield();
      }
    }
  }

  private static void end(ThreadPoolExecutor pool) throws InterruptedException {
    pool.shutdown();
    assertThat(pool.awaitTermination(30, SECONDS)).isTrue();
    assertThat(pool.getPoolSize()).isZero();
  }

  /** Each task runs once, with workers that come and go. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void everyTaskRunsOnce(Mode mode) throws InterruptedException {
    for (long keepAlive : new long[] {0, 1, 10_000}) {
      ThreadPoolExecutor pool = pool(Queues.of(mode, 4), 1, 4, keepAlive);
      AtomicInteger runs = new AtomicInteger();
      for (int i = 0; i < 3_000; i++) {
        insist(pool, runs::incrementAndGet);
      }
      end(pool);
      assertThat(runs.get()).isEqualTo(3_000);
    }
  }

  /** Idle workers, which wait with a time limit, go; a new task finds or makes one. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void idleWorkersGo(Mode mode) throws Exception {
    ThreadPoolExecutor pool = pool(Queues.of(mode, 4), 2, 2, 1);
    pool.allowCoreThreadTimeOut(true);
    for (int round = 0; round < 20; round++) {
      Future<Integer> future = pool.submit(() -> 7);
      assertThat(future.get(30, SECONDS)).isEqualTo(7);
      if (round % 4 == 0) {
        Await.until("the idle workers go", () -> pool.getPoolSize() == 0);
      }
    }
    end(pool);
  }

  /** A full queue makes the pool grow, and then reject. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aFullQueueMakesThePoolGrowAndThenReject(Mode mode) throws InterruptedException {
    BoundedQueue<Runnable> queue = Queues.of(mode, 1);
    ThreadPoolExecutor pool = pool(queue, 1, 2, 10_000);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      pool.execute(() -> Await.until("told to go", () -> go.getCount() == 0));
    }
    assertThat(pool.getPoolSize()).isEqualTo(2);
    assertThat(queue.size()).isOne();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.execute(() -> {}));
    go.countDown();
    end(pool);
  }

  /** Removing and purging tasks that wait. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void waitingTasksCanBeRemoved(Mode mode) throws InterruptedException {
    BoundedQueue<Runnable> queue = Queues.of(mode, 8);
    ThreadPoolExecutor pool = pool(queue, 1, 1, 0);
    CountDownLatch go = new CountDownLatch(1);
    pool.execute(() -> Await.until("told to go", () -> go.getCount() == 0));
    AtomicInteger runs = new AtomicInteger();
    Runnable removed = runs::incrementAndGet;
    FutureTask<Integer> cancelled = new FutureTask<>(runs::incrementAndGet);
    pool.execute(removed);
    pool.execute(cancelled);
    pool.execute(runs::incrementAndGet);
    assertThat(pool.remove(removed)).isTrue();
    assertThat(pool.remove(removed)).isFalse();
    cancelled.cancel(false);
    pool.purge();
    assertThat(queue.size()).isOne();
    go.countDown();
    end(pool);
    assertThat(runs.get()).isOne();
  }

  /** A task is run, or returned by {@code shutdownNow}, also if workers are called meanwhile. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void shutdownNowLosesNoTask(Mode mode) throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      ThreadPoolExecutor pool = pool(Queues.of(mode, 16), 3, 3, 0);
      pool.prestartAllCoreThreads();
      AtomicInteger runs = new AtomicInteger();
      int accepted = 0;
      for (int i = 0; i < 10; i++) {
        pool.execute(runs::incrementAndGet);
        accepted++;
      }
      List<Runnable> left = new ArrayList<>(pool.shutdownNow());
      assertThat(pool.awaitTermination(30, SECONDS)).isTrue();
      assertThat(runs.get() + left.size()).isEqualTo(accepted);
      assertThat(pool.getQueue()).isEmpty();
    }
  }

  /** After the pool has been shut down, closing its queue is harmless. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void theQueueOfAPoolThatHasEndedCanBeClosed(Mode mode) throws InterruptedException {
    BoundedQueue<Runnable> queue = Queues.of(mode, 4);
    ThreadPoolExecutor pool = pool(queue, 2, 2, 0);
    pool.execute(() -> {});
    end(pool);
    queue.close();
    assertThat(queue.awaitDrained(Duration.ZERO)).isTrue();
  }

  /**
   * Why the queue of a live pool must not be closed: a worker dies of the exception, the pool
   * replaces it, the next one dies, and so on.
   */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void closingTheQueueOfALivePoolKillsItsWorkersForEver(Mode mode) throws InterruptedException {
    BoundedQueue<Runnable> queue = Queues.of(mode, 4);
    Quiet threads = new Quiet();
    ThreadPoolExecutor pool = new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, queue, threads);
    pool.prestartAllCoreThreads();
    queue.close();
    Await.until("workers die and are replaced", () -> threads.made.get() > 50);
    assertThat(threads.cause).isInstanceOf(QueueClosedException.class);
    threads.open = false;
    pool.shutdownNow();
    assertThat(pool.awaitTermination(30, SECONDS)).isTrue();
  }
}
