package io.github.seinpaal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A queue as the tests see it, so that one text of a property serves the model, the library and the
 * faulty toy.
 */
abstract class QueueSubject {
  /** What {@link #take} answers at the end of the stream. */
  static final Object END = "end";

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long AFTER_LOSS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Set once a wait has outlasted the patience: the test has its verdict. */
  private static volatile boolean lost;

  /** Adds without waiting; false if full or closed. */
  abstract boolean offer(Object e);

  abstract Object poll();

  abstract Object poll(long nanos) throws InterruptedException;

  /** Whether the stream has ended: closed, and nothing is left or can come. */
  abstract boolean hasEnded();

  abstract boolean remove(Object e);

  abstract int drainTo(List<Object> c);

  abstract int size();

  abstract void close();

  abstract int closeNow();

  /** Reserves a space: the only slot of a subject. */
  abstract void reserve();

  /** Uses the slot; false if the queue has been closed at once. */
  abstract boolean putIntoSlot(Object e);

  /** How long a wait that must be granted may take before it counts as lost. */
  long patience() {
    return lost ? AFTER_LOSS : PATIENCE;
  }

  /** Takes what must come, an element or {@link #END}; null means that it did not come. */
  final Object take() {
    long patience;
    int start;
    do {
      patience = patience();
      start = Timing.ticks();
      Object e = pollFor(patience);
      if (e != null) {
        return e;
      }
      if (hasEnded() && Timing.ticks() - start <= patience / (2 * Timing.TICK)) {
        return END; // told, and not found after a wait in vain
      }
    } while (Timing.ticks() - start < patience / (2 * Timing.TICK));
    lost = true;
    return null;
  }

  /** A timed attempt by a thread that nobody interrupts. */
  final Object pollFor(long nanos) {
    try {
      return poll(nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Takes to the end of the stream; returns how many, or -1 if the end did not come. */
  final int takeAll() {
    for (int n = 0; ; n++) {
      Object e = take();
      if (e == null) {
        return -1;
      }
      if (e == END) {
        return n;
      }
    }
  }

  /** The JDK's queue, which cannot be closed. */
  static QueueSubject juc(int capacity) {
    return new Juc(new ArrayBlockingQueue<>(capacity));
  }

  /** The library's, fair. */
  static QueueSubject fair(int capacity) {
    return new Actual(new BoundedQueue<>(capacity, true));
  }

  /** The library's, non-fair. */
  static QueueSubject nonFair(int capacity) {
    return new Actual(new BoundedQueue<>(capacity));
  }

  /** The toy without a fault. */
  static QueueSubject toy(int capacity) {
    return new ToyQueue(capacity, ToyQueue.Fault.NONE);
  }

  /** The toy with a fault. */
  static QueueSubject toy(int capacity, ToyQueue.Fault fault) {
    return new ToyQueue(capacity, fault);
  }

  private static final class Juc extends QueueSubject {
    private final BlockingQueue<Object> queue;

    Juc(BlockingQueue<Object> queue) {
      this.queue = queue;
    }

    @Override
    boolean offer(Object e) {
      return queue.offer(e);
    }

    @Override
    Object poll() {
      return queue.poll();
    }

    @Override
    Object poll(long nanos) throws InterruptedException {
      return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    boolean hasEnded() {
      return false;
    }

    @Override
    boolean remove(Object e) {
      return queue.remove(e);
    }

    @Override
    int drainTo(List<Object> c) {
      return queue.drainTo(c);
    }

    @Override
    int size() {
      return queue.size();
    }

    @Override
    void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    int closeNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    void reserve() {
      throw new UnsupportedOperationException();
    }

    @Override
    boolean putIntoSlot(Object e) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Actual extends QueueSubject {
    private final BoundedQueue<Object> queue;
    private BoundedQueue<Object>.Slot slot;

    Actual(BoundedQueue<Object> queue) {
      this.queue = queue;
    }

    @Override
    boolean offer(Object e) {
      return queue.offer(e);
    }

    @Override
    Object poll() {
      return queue.poll();
    }

    @Override
    Object poll(long nanos) throws InterruptedException {
      return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    boolean hasEnded() {
      try {
        return queue.awaitDrained(Duration.ZERO);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    }

    @Override
    boolean remove(Object e) {
      return queue.remove(e);
    }

    @Override
    int drainTo(List<Object> c) {
      return queue.drainTo(c);
    }

    @Override
    int size() {
      return queue.size();
    }

    @Override
    void close() {
      queue.close();
    }

    @Override
    int closeNow() {
      return queue.closeNow().size();
    }

    @Override
    void reserve() {
      slot = queue.tryReserve();
    }

    @Override
    boolean putIntoSlot(Object e) {
      try {
        slot.put(e);
        return true;
      } catch (QueueClosedException closed) {
        return false;
      }
    }
  }

  /** The number, or zero if nothing came. */
  static int orZero(Object e) {
    return e instanceof Integer number ? number : 0;
  }

  /** An empty list to drain to. */
  static List<Object> basket() {
    return new ArrayList<>(4);
  }
}
