package io.github.seinpaal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    /** A waiter that leaves or is sent away does not see that it was granted. */
    FORGET_GRANT,
    /** A waiter that leaves does not let those behind it run. */
    LEAVE_SILENTLY,
    /** The request of a waiter that has left counts until the next release or the next to queue. */
    LAZY_LEAVE,
    /** The youngest waiter is granted first. */
    LIFO,
    /** The maximum is checked in one step, and the permits are added in another. */
    CHECK_THEN_ADD,
    /** The maximum is changed in one step, and the permits in another. */
    RESIZE_IN_STEPS,
    /** Who makes requests impossible sends them away, and does not let those behind them run. */
    REFUSE_SILENTLY,
    /** Whoever changes the permits writes back what it has read of the shutdown before. */
    RESTART,
    /** The count of a guard is read and written in two steps. */
    GUARD_IN_STEPS
  }

  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

  private final Fault fault;
  private final Deque<Waiter> queue = new ArrayDeque<>(2);
  private volatile int max;
  private volatile int permits;
  private volatile boolean shutdown;
  private volatile Thread returning; // waits until all permits are there

  Toy(int permits, int max, Fault fault) {
    this.permits = permits;
    this.max = max;
    this.fault = fault;
  }

  private static class Waiter {
    final Thread thread;
    final int need;
    boolean granted;
    boolean refused;
    boolean left;

    Waiter(Thread thread, int need) {
      this.thread = thread;
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
      if (!queue.isEmpty() || permits < n || shutdown) {
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
    Waiter me = new Waiter(Thread.currentThread(), n);
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
      boolean refused;
      synchronized (this) {
        if (me.granted && fault != Fault.FORGET_GRANT) {
          break;
        }
        over = System.nanoTime() - start >= nanos;
        thrown = interruptible && Thread.interrupted();
        refused = me.refused || shutdown;
        if (over || thrown || refused) {
          leave(me);
        } else if (me.granted) {
          break;
        }
      }
      if (refused && nanos == Long.MAX_VALUE) {
        throw new PermitsUnavailableException("refused");
      } else if (refused) {
        return false;
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
    boolean silently =
        fault == Fault.LEAVE_SILENTLY || (fault == Fault.REFUSE_SILENTLY && me.refused);
    if (!silently) {
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
      boolean before = shutdown;
      synchronized (this) {
        if (n > max - permits) {
          throw new IllegalStateException("above the maximum");
        }
        permits += n;
        grant();
      }
      restart(before);
    }
  }

  private void restart(boolean before) {
    if (fault == Fault.RESTART) {
      Timing.gap();
      shutdown = before;
    }
  }

  /** Grants from the head while permits suffice; the caller holds the monitor. */
  private void grant() {
    if (permits == max) {
      LockSupport.unpark(returning);
    }
    for (Iterator<Waiter> i = queue.iterator(); i.hasNext(); ) {
      if (i.next().left) {
        i.remove();
      }
    }
    refuse();
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

  /** Sends away whose requests cannot be met any more; the caller holds the monitor. */
  private void refuse() {
    for (Iterator<Waiter> i = queue.iterator(); i.hasNext(); ) {
      Waiter next = i.next();
      if (shutdown || next.need > max) {
        i.remove();
        next.refused = true;
        LockSupport.unpark(next.thread);
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
    boolean before = shutdown;
    int all;
    synchronized (this) {
      all = shutdown ? 0 : permits;
      permits -= all;
    }
    restart(before);
    return all;
  }

  @Override
  void reducePermits(int reduction) {
    if (fault == Fault.RACY) {
      int before = permits;
      Timing.gap();
      permits = before - reduction;
      return;
    }
    boolean before = shutdown;
    synchronized (this) {
      permits -= reduction;
    }
    restart(before);
  }

  @Override
  synchronized int getQueueLength() {
    return queue.size();
  }

  @Override
  void setMaxPermits(int newMax) {
    if (fault == Fault.RESIZE_IN_STEPS) {
      int difference = newMax - max;
      max = newMax;
      Timing.gap();
      synchronized (this) {
        permits += difference;
        grant();
      }
      return;
    }
    boolean before = shutdown;
    synchronized (this) {
      permits += newMax - max;
      max = newMax;
      refuse();
      if (fault != Fault.REFUSE_SILENTLY) {
        grant();
      }
    }
    restart(before);
  }

  @Override
  synchronized void shutdown() {
    shutdown = true;
    grant();
  }

  @Override
  boolean isShutdown() {
    return shutdown;
  }

  @Override
  void awaitReturned() {
    if (permits == max) {
      return;
    }
    if (fault == Fault.LATE_TO_QUEUE) {
      Timing.gap();
      returning = Thread.currentThread();
      LockSupport.park(this);
    } else {
      returning = Thread.currentThread();
    }
    while (permits != max) {
      LockSupport.park(this);
    }
    returning = null;
  }

  @Override
  Guard guard(int n) {
    if (!tryAcquire(n)) {
      throw new IllegalStateException("no permits for a guard");
    }
    return new ToyGuard(n);
  }

  @Override
  Request request(int n) {
    ToyRequest request = new ToyRequest(n);
    synchronized (this) {
      queue.add(request);
      grant();
    }
    return request;
  }

  private final class ToyGuard implements Guard {
    private final AtomicInteger count;

    ToyGuard(int count) {
      this.count = new AtomicInteger(count);
    }

    /** Replaces the count that has been read, which with the fault may be another by now. */
    private boolean replace(int before, int after) {
      if (fault == Fault.GUARD_IN_STEPS) {
        Timing.gap();
        count.set(after);
        return true;
      }
      return count.compareAndSet(before, after);
    }

    @Override
    public void close() {
      int before;
      do {
        before = count.get();
      } while (before > 0 && !replace(before, 0));
      if (before > 0) {
        release(before);
      }
    }

    @Override
    public Guard split(int n) {
      int before;
      do {
        before = count.get();
      } while (before > n && !replace(before, before - n));
      return before > n ? new ToyGuard(n) : null;
    }

    @Override
    public int forget() {
      int before;
      do {
        before = count.get();
      } while (before > 0 && !replace(before, 0));
      return before > 0 ? before : -1;
    }
  }

  private final class ToyRequest extends Waiter implements Request {
    ToyRequest(int need) {
      super(null, need);
    }

    @Override
    public boolean cancel() {
      boolean before = isGranted();
      if (fault == Fault.FORGET_GRANT) {
        Timing.gap();
      }
      synchronized (Toy.this) {
        if (fault == Fault.FORGET_GRANT ? before : granted) {
          return false;
        }
        granted = false;
        leave(this);
        return true;
      }
    }

    @Override
    public boolean isGranted() {
      synchronized (Toy.this) {
        return granted;
      }
    }
  }
}
