package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** What came of a future, with a limit that only a hang reaches. */
final class Futures {
  private Futures() {}

  /** The value, once there is one. */
  static <T> T value(Future<T> future) {
    try {
      return get(future);
    } catch (ExecutionException e) {
      throw new AssertionError("the future failed", e.getCause());
    }
  }

  /** Why it failed, once it has; a cancellation counts as its own cause. */
  static Throwable failure(CompletableFuture<?> future) {
    try {
      return new AssertionError("the future did not fail but gave " + get(future));
    } catch (CancellationException e) {
      return e;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  private static <T> T get(Future<T> future) throws ExecutionException {
    try {
      return future.get(Await.LIMIT_NANOS, NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("never completed: " + future, e);
    } catch (InterruptedException e) {
      throw new AssertionError("the test's own thread was interrupted", e);
    }
  }

  /** How many are done. */
  static int done(List<? extends Future<?>> futures) {
    return (int) futures.stream().filter(Future::isDone).count();
  }

  /** Runs what it is given when the test says so, in the test's thread. */
  static final class ManualExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public synchronized void execute(Runnable task) {
      tasks.add(task);
    }

    /** How many tasks are there to run. */
    synchronized int size() {
      return tasks.size();
    }

    /** Runs the oldest task. */
    void runOne() {
      Runnable task;
      synchronized (this) {
        task = tasks.remove();
      }
      task.run();
    }

    /** Runs all tasks, those included that come while it does. */
    void runAll() {
      while (size() > 0) {
        runOne();
      }
    }
  }
}
