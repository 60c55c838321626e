package io.github.seinpaal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A fair semaphore under one monitor: right, and slow, without a fault; with a fault it shows what
 * a test can see.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // under the monitor, or the fault that is asked for
final class Toy extends Subject {

  /** What is wrong with a toy. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** Permits are read and written in two steps, outside the monitor. */
    RACY,
    /** {@code tryAcquire} subtracts, looks, and adds back what it should not have taken. */
    UNDO,
    /** A waiter looks for permits, and joins the queue a moment later without looking again. */
    LATE_TO_QUEUE,
    /** There is one place for a waiter to be found in: the last to come hides the others. */
    ONE_PLACE,
    /** A waiter that has timed out or been interrupted does not see that it was granted. */
    FORGET_GRANT,
    /** A waiter that leaves does not let those behind it run. */
    LEAVE_SILENTLY,
    /** The request of a waiter that has left counts until the next release or the next to queue. */
    LAZY_LEAVE,
    /** The youngest waiter is granted first. */
    LIFO,
    /** The maximum is checked in one step, and the permits are added in another. */
    CHECK_THEN_ADD
  }

  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

  private final Fault fault;
  private final int max;
  private final Deque<Waiter> queue = new ArrayDeque<>(2);
  private volatile int permits;

  Toy(int permits, int max, Fault fault) {
    this.permits = permits;
    this.max = max;
    this.fault = fault;
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final int need;
    boolean granted;
    boolean left;

    Waiter(int need) {
      this.need = need;
    }
  }

  @Override
  long patience() {
    return fault == Fault.NONE ? super.patience() : Math.min(PATIENCE, super.patience());
  }

  @Override
  void acquire(int n) throws InterruptedException {
    await(n, Long.MAX_VALUE, true);
  }

  @Override
  void acquireUninterruptibly(int n) {
    try {
      await(n, Long.MAX_VALUE, false);
    } catch (InterruptedException e) {
      throw new IllegalStateException("an uninterruptible wait was interrupted", e);
    }
  }

  @Override
  boolean tryAcquire(int n, long nanos) throws InterruptedException {
    return await(n, nanos, true);
  }

  @Override
  boolean tryAcquire(int n) {
    if (fault == Fault.RACY) {
      return racyTake(n);
    }
    if (fault == Fault.UNDO) {
      return takeOrUndo(n);
    }
    synchronized (this) {
      if (!queue.isEmpty() || permits < n) {
        return false;
      }
      permits -= n;
      return true;
    }
  }

  private boolean racyTake(int n) {
    int before = permits;
    if (before < n) {
      return false;
    }
    Timing.gap();
    permits = before - n;
    return true;
  }

  private boolean takeOrUndo(int n) {
    boolean enough;
    synchronized (this) {
      permits -= n;
      enough = permits >= 0;
    }
    if (!enough) {
      Timing.gap();
      synchronized (this) {
        permits += n;
      }
    }
    return enough;
  }

  private boolean await(int n, long nanos, boolean interruptible) throws InterruptedException {
    if (interruptible && Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (tryAcquire(n)) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    if (fault == Fault.LATE_TO_QUEUE) {
      Timing.gap();
    }
    Waiter me = new Waiter(n);
    synchronized (this) {
      queue.add(me);
      if (fault != Fault.LATE_TO_QUEUE) {
        grant();
      }
    }
    long start = System.nanoTime();
    boolean interrupted = false;
    for (; ; ) {
      boolean over;
      boolean thrown;
      synchronized (this) {
        if (me.granted && fault != Fault.FORGET_GRANT) {
          break;
        }
        over = System.nanoTime() - start >= nanos;
        thrown = interruptible && Thread.interrupted();
        if (over || thrown) {
          leave(me);
        } else if (me.granted) {
          break;
        }
      }
      if (thrown) {
        throw new InterruptedException();
      }
      if (over) {
        return false;
      }
      LockSupport.parkNanos(this, nanos - (System.nanoTime() - start));
      if (!interruptible) {
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private void leave(Waiter me) {
    if (fault == Fault.LAZY_LEAVE) {
      me.left = true;
      return;
    }
    queue.remove(me);
    if (fault != Fault.LEAVE_SILENTLY) {
      grant();
    }
  }

  @Override
  void release(int n) {
    if (fault == Fault.CHECK_THEN_ADD) {
      if (n > max - permits) {
        throw new IllegalStateException("above the maximum");
      }
      Timing.gap();
      synchronized (this) {
        permits += n;
        grant();
      }
    } else if (fault == Fault.RACY) {
      int before = permits;
      Timing.gap();
      permits = before + n;
      synchronized (this) {
        grant();
      }
    } else {
      synchronized (this) {
        if (n > max - permits) {
          throw new IllegalStateException("above the maximum");
        }
        permits += n;
        grant();
      }
    }
  }

  /** Grants from the head while permits suffice; the caller holds the monitor. */
  private void grant() {
    for (Iterator<Waiter> i = queue.iterator(); i.hasNext(); ) {
      if (i.next().left) {
        i.remove();
      }
    }
    boolean last = fault == Fault.LIFO || fault == Fault.ONE_PLACE;
    while (!queue.isEmpty()) {
      Waiter next = last ? queue.peekLast() : queue.peekFirst();
      if (permits < next.need) {
        return;
      }
      permits -= next.need;
      queue.remove(next);
      next.granted = true;
      LockSupport.unpark(next.thread);
      if (fault == Fault.ONE_PLACE) {
        queue.clear();
      }
    }
  }

  @Override
  int availablePermits() {
    return permits;
  }

  @Override
  int drainPermits() {
    if (fault == Fault.RACY) {
      int all = permits;
      Timing.gap();
      permits = 0;
      return all;
    }
    synchronized (this) {
      int all = permits;
      permits = 0;
      return all;
    }
  }

  @Override
  void reducePermits(int reduction) {
    if (fault == Fault.RACY) {
      int before = permits;
      Timing.gap();
      permits = before - reduction;
      return;
    }
    synchronized (this) {
      permits -= reduction;
    }
  }

  @Override
  synchronized int getQueueLength() {
    return queue.size();
  }
}
