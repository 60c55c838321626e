package io.github.seinpaal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** What the tests of the queue have in common. */
final class Queues {
  private Queues() {}

  /** A queue of this mode, with these elements. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  static <E> BoundedQueue<E> of(Mode mode, int capacity, E... elements) {
    return new BoundedQueue<>(capacity, mode.fair(), Arrays.asList(elements));
  }

  /** Starts a call on a queue and returns once its thread is parked there, or it has ended. */
  static <T> Task<T> parked(ThreadKind kind, BoundedQueue<?> queue, Callable<T> body) {
    Task<T> task = Task.call(kind, body);
    Await.until("the call waits", () -> isParked(task, queue) || task.isDone());
    return task;
  }

  /** Starts {@code take()} and returns once it waits. */
  static <E> Task<E> taker(ThreadKind kind, BoundedQueue<E> queue) {
    return parked(kind, queue, queue::take);
  }

  /** Starts {@code put(e)} and returns once it waits. */
  static <E> Task<Void> putter(ThreadKind kind, BoundedQueue<E> queue, E e) {
    return parked(
        kind,
        queue,
        () -> {
          queue.put(e);
          return null;
        });
  }

  private static boolean isParked(Task<?> task, BoundedQueue<?> queue) {
    Thread.State state = task.thread().getState();
    return LockSupport.getBlocker(task.thread()) == queue
        && (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
  }

  /** Takes all that is there. */
  static <E> List<E> drained(BoundedQueue<E> queue) {
    List<E> out = new ArrayList<>();
    queue.drainTo(out);
    return out;
  }
}
