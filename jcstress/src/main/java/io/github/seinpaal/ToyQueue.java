package io.github.seinpaal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A queue under one monitor, which hands elements to those who wait: right without a fault; with a
 * fault it shows what a test can see.
 */
final class ToyQueue extends QueueSubject {

  /** What is wrong with a toy. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** One that has waited its time leaves without looking whether it was handed an element. */
    FORGET_AT_DEADLINE,
    /** Whether the queue is closed is looked up first, and the element added in a second step. */
    CHECK_THEN_ADD,
    /** Those who wait are not told that the stream has ended. */
    CLOSE_SILENTLY,
    /** An element is looked for first, and what is at its place removed in a second step. */
    FIND_THEN_REMOVE,
    /** The elements are copied first, and removed in a second step. */
    COPY_THEN_CLEAR,
    /** A place is claimed first and filled in a second step, and the first place is looked at. */
    HOLE,
    /** The youngest element is taken first. */
    LIFO
  }

  private static final Object UNFILLED = new Object();
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    Object element; // or END
  }

  private final int capacity;
  private final Fault fault;
  private final List<Object> elements = new ArrayList<>(4);
  private final Deque<Waiter> waiters = new ArrayDeque<>(2);
  private boolean slot;
  private boolean closed;
  private boolean aborted;

  ToyQueue(int capacity, Fault fault) {
    this.capacity = capacity;
    this.fault = fault;
  }

  @Override
  long patience() {
    return fault == Fault.NONE ? super.patience() : Math.min(PATIENCE, super.patience());
  }

  @Override
  boolean offer(Object e) {
    int place;
    synchronized (this) {
      if (closed || elements.size() + (slot ? 1 : 0) == capacity) {
        return false;
      }
      place = elements.size();
      if (fault == Fault.HOLE) {
        elements.add(new Object[] {UNFILLED});
      } else if (fault != Fault.CHECK_THEN_ADD) {
        add(e);
      }
    }
    if (fault == Fault.CHECK_THEN_ADD) {
      Timing.gap();
      synchronized (this) {
        add(e);
      }
    } else if (fault == Fault.HOLE) {
      Timing.gap();
      synchronized (this) {
        for (Object cell : elements) {
          if (((Object[]) cell)[0] == UNFILLED && place-- <= 0) {
            ((Object[]) cell)[0] = e;
            return true;
          }
        }
        ((Object[]) elements.get(elements.size() - 1))[0] = e;
      }
    }
    return true;
  }

  private void add(Object e) {
    Waiter w = waiters.poll();
    if (w == null) {
      elements.add(e);
    } else {
      hand(w, e);
    }
  }

  private static void hand(Waiter w, Object e) {
    w.element = e;
    LockSupport.unpark(w.thread);
  }

  @Override
  synchronized Object poll() {
    if (elements.isEmpty()) {
      return null;
    }
    if (fault == Fault.HOLE) {
      Object[] cell = (Object[]) elements.get(0);
      if (cell[0] == UNFILLED) {
        return null;
      }
      elements.remove(0);
      return cell[0];
    }
    Object e = elements.remove(fault == Fault.LIFO ? elements.size() - 1 : 0);
    end();
    return e;
  }

  @Override
  Object poll(long nanos) throws InterruptedException {
    Waiter me = new Waiter();
    synchronized (this) {
      Object e = poll();
      if (e != null || hasEnded()) {
        return e;
      }
      waiters.add(me);
    }
    long start = System.nanoTime();
    for (; ; ) {
      synchronized (this) {
        boolean over = System.nanoTime() - start >= nanos;
        if (over && fault == Fault.FORGET_AT_DEADLINE) {
          waiters.remove(me);
          return null;
        }
        if (me.element != null) {
          return me.element == END ? null : me.element;
        }
        if (over) {
          waiters.remove(me);
          return null;
        }
      }
      LockSupport.parkNanos(this, nanos - (System.nanoTime() - start));
    }
  }

  @Override
  synchronized boolean hasEnded() {
    return closed && elements.isEmpty() && (aborted || !slot);
  }

  private void end() {
    while (hasEnded() && !waiters.isEmpty() && fault != Fault.CLOSE_SILENTLY) {
      hand(waiters.poll(), END);
    }
  }

  @Override
  boolean remove(Object e) {
    int place;
    synchronized (this) {
      place = elements.indexOf(e);
      if (fault != Fault.FIND_THEN_REMOVE) {
        if (place >= 0) {
          elements.remove(place);
        }
        return place >= 0;
      }
    }
    Timing.gap();
    synchronized (this) {
      if (place >= 0 && place < elements.size()) {
        elements.remove(place);
      }
      return place >= 0;
    }
  }

  @Override
  int drainTo(List<Object> c) {
    synchronized (this) {
      c.addAll(elements);
      if (fault != Fault.COPY_THEN_CLEAR) {
        elements.clear();
        end();
        return c.size();
      }
    }
    Timing.gap();
    synchronized (this) {
      elements.removeAll(c);
      end();
    }
    return c.size();
  }

  @Override
  synchronized int size() {
    return elements.size();
  }

  @Override
  synchronized void close() {
    closed = true;
    end();
  }

  @Override
  synchronized int closeNow() {
    closed = true;
    aborted = true;
    int n = elements.size();
    elements.clear();
    end();
    return n;
  }

  @Override
  synchronized void reserve() {
    slot = true;
  }

  @Override
  boolean putIntoSlot(Object e) {
    synchronized (this) {
      if (aborted) {
        return false;
      }
      if (fault != Fault.CHECK_THEN_ADD) {
        slot = false;
        add(e);
        return true;
      }
    }
    Timing.gap();
    synchronized (this) {
      slot = false;
      add(e);
      return true;
    }
  }
}
