package io.github.seinpaal.jmh;

import io.github.seinpaal.CountingSemaphore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlinx.coroutines.sync.Semaphore;
import kotlinx.coroutines.sync.SemaphoreKt;

/**
 * One permit for tasks that do not keep a thread while they wait for it. Each has one pass through
 * the executor per task.
 */
@SuppressWarnings("FutureReturnValueIgnored")
abstract class AsyncRival {
  final Executor executor;

  AsyncRival(Executor executor) {
    this.executor = executor;
  }

  /** Builds the rival of that name. */
  static AsyncRival of(String name, Executor executor) {
    return switch (name) {
      case "seinpaal" -> new Seinpaal(false, executor);
      case "seinpaalFair" -> new Seinpaal(true, executor);
      case "juc" -> new Juc(executor);
      case "kotlinx" -> new Kotlinx(executor);
      default -> throw new IllegalArgumentException("no rival " + name);
    };
  }

  /** Has the task run in the executor, alone; returns at once. */
  abstract void submit(Runnable task);

  /** Takes the permit, which is free by now or in a moment; what it returns gives it back. */
  abstract Runnable hold();

  /** This library's futures. */
  private static final class Seinpaal extends AsyncRival {
    private final CountingSemaphore semaphore;

    Seinpaal(boolean fair, Executor executor) {
      super(executor);
      this.semaphore =
          CountingSemaphore.builder(1).maxPermits(1).fair(fair).executor(executor).build();
    }

    @Override
    void submit(Runnable task) {
      semaphore
          .acquireAsync()
          .thenAccept(
              permit -> {
                task.run();
                permit.close();
              });
    }

    @Override
    Runnable hold() {
      return semaphore.acquirePermitUninterruptibly()::close;
    }
  }

  /** What is written with {@code java.util.concurrent} alone: a chain of futures, one at a time. */
  private static final class Juc extends AsyncRival {
    private final AtomicReference<CompletableFuture<Void>> last =
        new AtomicReference<>(CompletableFuture.completedFuture(null));

    Juc(Executor executor) {
      super(executor);
    }

    @Override
    void submit(Runnable task) {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      last.getAndSet(mine)
          .thenRunAsync(
              () -> {
                task.run();
                mine.complete(null);
              },
              executor);
    }

    @Override
    Runnable hold() {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      last.getAndSet(mine).join();
      return () -> mine.complete(null);
    }
  }

  /**
   * The semaphore of Kotlin's coroutines, driven as compiled Kotlin would: a continuation without a
   * dispatcher, which hands itself to the executor.
   */
  private static final class Kotlinx extends AsyncRival {
    private final Semaphore semaphore = SemaphoreKt.Semaphore(1, 0);

    Kotlinx(Executor executor) {
      super(executor);
    }

    @Override
    void submit(Runnable task) {
      Acquire acquire = new Acquire(task);
      if (semaphore.acquire(acquire) != IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
        executor.execute(acquire);
      }
    }

    @Override
    Runnable hold() {
      while (!semaphore.tryAcquire()) {
        Thread.onSpinWait();
      }
      return semaphore::release;
    }

    private final class Acquire implements Continuation<Unit>, Runnable {
      private final Runnable task;

      Acquire(Runnable task) {
        this.task = task;
      }

      @Override
      public CoroutineContext getContext() {
        return EmptyCoroutineContext.INSTANCE;
      }

      @Override
      public void resumeWith(Object result) {
        executor.execute(this);
      }

      @Override
      public void run() {
        task.run();
        semaphore.release();
      }
    }
  }
}
