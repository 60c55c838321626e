package io.github.seinpaal;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A barrier as the tests see it: the model, the library's two, and the faulty toy. */
abstract class Gate {
  static final int BROKEN = -1;
  static final int TIMED_OUT = -2;
  static final int INTERRUPTED = -3;
  static final int FAILED = -4; // the action threw
  static final int NO_CAUSE = -5; // broken by somebody, who was not told

  /** What an action of a test throws. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure() {
      super(null, null, false, false);
    }
  }

  /** How to wait. */
  interface Wait {
    int await() throws InterruptedException, BrokenBarrierException, TimeoutException;
  }

  /** Arrives and waits for so long: the index of arrival, or what went wrong. */
  abstract int await(long nanos);

  /** Not for a barrier that is used once. */
  void reset() {
    throw new UnsupportedOperationException();
  }

  abstract boolean isBroken();

  /** The outcome of a wait as a number. Without a reset, somebody must be the cause of a break. */
  static int outcome(boolean causes, Wait wait) {
    try {
      return wait.await();
    } catch (BrokenBarrierException e) {
      return causes && e.getCause() == null ? NO_CAUSE : BROKEN;
    } catch (TimeoutException e) {
      return TIMED_OUT;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    } catch (Failure e) {
      return FAILED;
    }
  }

  /** The JDK's barrier. */
  static Gate juc(int parties, Runnable action) {
    CyclicBarrier b = new CyclicBarrier(parties, action);
    return new Gate() {
      @Override
      int await(long nanos) {
        return outcome(false, () -> b.await(nanos, TimeUnit.NANOSECONDS));
      }

      @Override
      void reset() {
        b.reset();
      }

      @Override
      boolean isBroken() {
        return b.isBroken();
      }
    };
  }

  /** The library's, to be used again; whether nobody will reset it. */
  static Gate reusable(int parties, Runnable action, boolean causes) {
    ReusableBarrier b = new ReusableBarrier(parties, action);
    return new Gate() {
      @Override
      int await(long nanos) {
        return outcome(causes, () -> b.await(nanos, TimeUnit.NANOSECONDS));
      }

      @Override
      void reset() {
        b.reset();
      }

      @Override
      boolean isBroken() {
        return b.isBroken();
      }
    };
  }

  /** The library's, to be used once. */
  static Gate oneShot(int parties, Runnable action) {
    Barrier b = new Barrier(parties, action);
    return new Gate() {
      @Override
      int await(long nanos) {
        return outcome(true, () -> b.await(nanos, TimeUnit.NANOSECONDS));
      }

      @Override
      boolean isBroken() {
        return b.isBroken();
      }
    };
  }

  /** The toy with a fault. */
  static Gate toy(int parties, Runnable action, ToyBarrier.Fault fault) {
    return new ToyBarrier(parties, action, fault);
  }
}
