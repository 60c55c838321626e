package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** A thread that runs one body and keeps what came of it. */
final class Task<T> {
  private final CountDownLatch ended = new CountDownLatch(1);
  private Thread thread; // set by start, before the task is handed out
  private T result; // written before ended
  private Throwable failure; // written before ended
  private boolean interrupted; // written before ended

  private Task() {}

  /** Something to do that may throw. */
  interface Body {
    void run() throws Exception;
  }

  static <T> Task<T> call(ThreadKind kind, Callable<T> body) {
    Task<T> task = new Task<>();
    task.thread = kind.start(() -> task.run(body));
    return task;
  }

  static Task<Void> run(ThreadKind kind, Body body) {
    return call(
        kind,
        () -> {
          body.run();
          return null;
        });
  }

  /** Starts a request and returns once it is queued, or over. */
  static Task<Boolean> queue(ThreadKind kind, CountingSemaphore s, Callable<Boolean> request) {
    Task<Boolean> task = call(kind, request);
    Await.until(
        "the request is queued", () -> s.getQueuedThreads().contains(task.thread) || task.isDone());
    return task;
  }

  /** Starts {@code acquire(n)} and returns once it is queued. */
  static Task<Boolean> queue(ThreadKind kind, CountingSemaphore s, int permits) {
    return queue(kind, s, () -> AcquireForm.ACQUIRE_N.call(s, permits));
  }

  private void run(Callable<T> body) {
    try {
      result = body.call();
    } catch (Throwable e) {
      failure = e;
    } finally {
      interrupted = Thread.currentThread().isInterrupted();
      ended.countDown();
    }
  }

  Thread thread() {
    return thread;
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isDone() {
    return ended.getCount() == 0;
  }

  /** What the body returned, once it has. */
  T result() {
    awaitEnd();
    if (failure != null) {
      throw new AssertionError("the task failed", failure);
    }
    return result;
  }

  /** What the body threw, once it has ended; null if it returned. */
  Throwable failure() {
    awaitEnd();
    return failure;
  }

  /** Whether the thread had an interrupt pending when the body ended. */
  boolean endedInterrupted() {
    awaitEnd();
    return interrupted;
  }

  private void awaitEnd() {
    try {
      if (!ended.await(Await.LIMIT_NANOS, NANOSECONDS)) {
        AssertionError hang = new AssertionError(thread + " hangs");
        hang.setStackTrace(thread.getStackTrace());
        throw hang;
      }
    } catch (InterruptedException e) {
      throw new AssertionError("the test's own thread was interrupted", e);
    }
  }

  /** Returns the place of the first task seen to have ended, once one has. */
  static int firstDone(List<? extends Task<?>> tasks) {
    Await.until("one of " + tasks.size() + " tasks ends", () -> done(tasks) > 0);
    int first = 0;
    while (!tasks.get(first).isDone()) {
      first++;
    }
    return first;
  }

  /** How many tasks have ended. */
  static int done(List<? extends Task<?>> tasks) {
    return (int) tasks.stream().filter(Task::isDone).count();
  }

  /** Waits for all tasks and fails if one failed. */
  static <T> List<T> results(List<Task<T>> tasks) {
    List<T> results = new ArrayList<>();
    tasks.forEach(task -> results.add(task.result()));
    return results;
  }
}
