package io.github.seinpaal;

/** A barrier under one monitor, with a fault that shows what a test can see. */
final class ToyBarrier extends Gate {

  /** What is wrong with a toy. */
  enum Fault {
    /** Two turnstiles in turn: one that comes back may take the permit of one that is slow. */
    TWO_TURNSTILES,
    /** One whose time is over, or who is interrupted, does not look whether all have arrived. */
    FORGET_TRIP,
    /** A reset looks for the generation in one step, and breaks it in another. */
    RESET_IN_STEPS,
    /** The others are let through before the action has run. */
    EARLY_RELEASE
  }

  private static final class Generation {
    int arrived;
    boolean full;
    boolean open;
    boolean broken;
  }

  private final int parties;
  private final Runnable action;
  private final Fault fault;
  private final int[] permits = new int[2];
  private Generation current = new Generation();
  private int turn;

  ToyBarrier(int parties, Runnable action, Fault fault) {
    this.parties = parties;
    this.action = action;
    this.fault = fault;
  }

  @Override
  int await(long nanos) {
    Generation g;
    int index;
    int turnstile;
    synchronized (this) {
      g = current;
      if (g.broken) {
        return BROKEN;
      }
      index = parties - ++g.arrived;
      turnstile = turn;
      if (index == 0) {
        current = new Generation();
        turn = 1 - turn;
        if (fault == Fault.EARLY_RELEASE || action == null) {
          open(g, turnstile);
        } else {
          g.full = true;
        }
      }
    }
    return index == 0 ? last(g, turnstile) : wait(g, turnstile, index, nanos);
  }

  private int last(Generation g, int turnstile) {
    if (fault == Fault.EARLY_RELEASE) {
      Timing.gap();
    }
    try {
      if (action != null) {
        action.run();
      }
    } catch (Failure e) {
      synchronized (this) {
        g.broken = true;
        current = g;
      }
      return FAILED;
    }
    synchronized (this) {
      if (!g.open) {
        open(g, turnstile);
      }
    }
    return 0;
  }

  private void open(Generation g, int turnstile) {
    g.open = true;
    permits[turnstile] += parties - 1;
  }

  private int wait(Generation g, int turnstile, int index, long nanos) {
    long start = System.nanoTime();
    if (fault == Fault.TWO_TURNSTILES) {
      Timing.spin(Timing.upTo(100_000)); // long enough for the others to come back
    }
    for (int i = 0; ; i++) {
      boolean over = System.nanoTime() - start >= nanos;
      boolean interrupted = Thread.currentThread().isInterrupted();
      boolean leaves = over || interrupted;
      synchronized (this) {
        if (leaves && fault == Fault.FORGET_TRIP) {
          g.broken = true;
        } else if (fault == Fault.TWO_TURNSTILES) {
          if (permits[turnstile] > 0) {
            permits[turnstile]--;
            return index;
          }
          g.broken |= leaves;
        } else if (g.broken) {
          return BROKEN;
        } else if (g.open) {
          return index;
        } else if (leaves && !g.full) {
          g.broken = true;
        }
        if (leaves && g.broken) {
          return interrupted && Thread.interrupted() ? INTERRUPTED : TIMED_OUT;
        }
      }
      Timing.pause(i);
    }
  }

  @Override
  void reset() {
    Generation g;
    synchronized (this) {
      g = current;
    }
    if (fault == Fault.RESET_IN_STEPS) {
      Timing.gap();
    }
    synchronized (this) {
      g.broken = true;
      if (current == g) {
        current = new Generation();
      }
    }
  }

  @Override
  synchronized boolean isBroken() {
    return current.broken;
  }
}
