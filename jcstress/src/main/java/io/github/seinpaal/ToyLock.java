package io.github.seinpaal;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A lock with conditions under one monitor, polled, with faults to choose from. */
@SuppressWarnings("WaitNotInLoop") // what is tested
final class ToyLock implements Lock {
  /** What is wrong with it. */
  enum Fault {
    /** Looks and takes in two steps. */
    RACY,
    /** Waits without looking again. */
    LATE_TO_WAIT,
    /** Leaves a condition without looking for a signal. */
    FORGET_SIGNAL,
    /** Counts signals, and counts those as waiting who have left and not yet got the lock. */
    KEEP_SIGNAL
  }

  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(5);

  private final Fault fault;
  private boolean locked;
  private boolean waiting;
  private boolean woken;

  ToyLock(Fault fault) {
    this.fault = fault;
  }

  /** How long to wait for what must come before it counts as lost, in nanoseconds. */
  static long patience(Lock lock) {
    return lock instanceof ToyLock ? PATIENCE : TimeUnit.SECONDS.toNanos(10);
  }

  @Override
  public void lock() {
    if (fault == Fault.RACY) {
      for (int i = 0; isLocked(); i++) {
        Timing.pause(i);
      }
      Timing.gap();
    }
    for (int i = 0; !tryLock() && fault != Fault.RACY; i++) {
      Timing.pause(i);
    }
  }

  @Override
  public void lockInterruptibly() {
    lock();
  }

  @Override
  public synchronized boolean tryLock() {
    boolean free = !locked;
    locked = true;
    return free;
  }

  /** Joins the queue some time after it has found the lock taken. */
  @Override
  public boolean tryLock(long time, TimeUnit unit) {
    if (tryLock()) {
      return true;
    }
    Timing.gap();
    synchronized (this) {
      waiting = true;
    }
    long start = System.nanoTime();
    for (int i = 0; !isWoken(); i++) {
      if (System.nanoTime() - start > PATIENCE) {
        return false;
      }
      Timing.pause(i);
    }
    return tryLock();
  }

  @Override
  public synchronized void unlock() {
    locked = false;
    woken = waiting;
  }

  private synchronized boolean isLocked() {
    return locked;
  }

  private synchronized boolean isWoken() {
    return woken;
  }

  @Override
  public Condition newCondition() {
    return new ToyCondition();
  }

  private final class ToyCondition implements Condition {
    private final List<boolean[]> queue = new ArrayList<>(); // with the lock
    private int kept;

    @Override
    public void await() throws InterruptedException {
      await(10, TimeUnit.SECONDS);
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
      long nanos = unit.toNanos(time);
      boolean[] signalled = {false};
      queue.add(signalled);
      unlock();
      long start = System.nanoTime();
      boolean interrupted = false;
      boolean taken = false;
      for (int i = 0; !taken && !interrupted && System.nanoTime() - start < nanos; i++) {
        taken = take(signalled);
        interrupted = !taken && Thread.interrupted();
        Timing.pause(i);
      }
      Timing.gap();
      lock();
      queue.remove(signalled);
      if (interrupted) {
        throw new InterruptedException();
      }
      return taken;
    }

    private boolean take(boolean[] signalled) {
      synchronized (ToyLock.this) {
        if (fault == Fault.KEEP_SIGNAL && kept > 0) {
          kept--;
          return true;
        }
        return signalled[0];
      }
    }

    @Override
    public void signal() {
      synchronized (ToyLock.this) {
        if (fault == Fault.KEEP_SIGNAL) {
          kept += queue.isEmpty() ? 0 : 1;
        } else if (!queue.isEmpty()) {
          queue.remove(0)[0] = true;
        }
      }
    }

    @Override
    public void signalAll() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void awaitUninterruptibly() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long awaitNanos(long nanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitUntil(Date deadline) {
      throw new UnsupportedOperationException();
    }
  }
}
