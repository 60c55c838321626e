package io.github.seinpaal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;

/**
 * One generation of a barrier: its parties arrive, then it opens or breaks, once and for good.
 *
 * <p>One word decides what becomes of it, and a turnstile holds everybody until that is settled:
 *
 * <pre>
 *   parties ... 2, 1   arrivals still awaited
 *      |  |  |
 *      |  |  +--last arrival--&gt; FULL --action returns--&gt; OPEN     (without an action at once)
 *      |  |                       \----action throws---&gt; BROKEN
 *      |  +--interrupt, timeout or error of one that waits---&gt; BROKEN
 *      +--reset---------------------------------------------&gt; RESET
 * </pre>
 *
 * The thread whose compareAndSet has taken the word out of the upper line <em>ends</em> the
 * generation. It writes what the others are to find, and then opens the turnstile by one bulk
 * release of more permits than will ever be taken. The turnstile is never closed again, and no
 * other generation uses it: no thread can come by a permit that was meant for another.
 *
 * <p>Those who do not belong to the generation, but have to wait for its end, and those whose
 * timeout or interrupt came too late to break it, pass the turnstile as in the Little Book: they
 * take a permit and give it back.
 *
 * <p><b>Failure.</b> A caller first probes the stack by {@link #prepare}; nothing is allocated
 * between a change of the word and the release that follows from it.
 */
final class Generation {
  static final int FULL = 0; // all have arrived, the action runs
  static final int OPEN = -1;
  static final int BROKEN = -2;
  static final int RESET = -3; // broken by a reset: its successor takes its place

  /** The answer of {@link #arrive} if there was nothing to arrive at. */
  static final int OVER = -1;

  private static final int MANY = 1 << 29;

  private static final VarHandle STATE =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "state", VarHandle.class, Generation.class, int.class);

  final int parties;
  final long number;
  private final PermitSynchronizer turnstile = PermitSynchronizer.turnstile();
  private volatile int state; // arrivals awaited, or one of the above
  private Thread ender; // runs the action, or broke it; read behind the turnstile, or by itself
  private Throwable cause; // why it broke, null if by a reset; read behind the turnstile

  Generation(int parties, long number) {
    this.parties = parties;
    this.number = number;
    STATE.set(this, parties);
  }

  /** Fails here if the stack is too short to end a generation, or to begin to wait. */
  static void prepare() {
    PermitSynchronizer.probeStack(2 * PermitSynchronizer.PROBE);
  }

  int state() {
    return state;
  }

  /** How many wait for the others, or for the action. */
  int waiting() {
    int s = state;
    return s > 0 ? parties - s : s == FULL ? parties - 1 : 0;
  }

  /**
   * Arrives. An interrupt that is pending breaks the generation instead.
   *
   * @param last what the last arrival makes of the word: {@code OPEN} or {@code FULL}; or a
   *     positive number if this one must not be the last
   * @return how many are still awaited; or zero, if the caller is to end the generation; or {@code
   *     OVER} if that has happened, or if only the last one is awaited
   */
  int arrive(int last, Object barrier) throws InterruptedException, BrokenBarrierException {
    for (int s; (s = state) > 0; ) {
      if (Thread.currentThread().isInterrupted()) {
        InterruptedException e = new InterruptedException();
        if (breakBy(e)) {
          Thread.interrupted();
          throw e;
        }
      } else if (s == 1 && last > 0) {
        return OVER;
      } else if (STATE.compareAndSet(this, s, s == 1 ? last : s - 1)) {
        return s - 1;
      }
    }
    awaitEnd(barrier);
    if (state == BROKEN) {
      throw broken(barrier);
    }
    return OVER;
  }

  /** Waits as one that has arrived with the index given, and returns that. */
  int await(int index, boolean timed, long nanos, Object barrier)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    try {
      if (!turnstile.acquire(1, true, timed, Math.max(nanos, 0L), barrier)) {
        TimeoutException e = new TimeoutException(barrier + ": not open after " + nanos + " ns");
        if (breakBy(e)) {
          throw e;
        }
        awaitEnd(barrier);
      }
    } catch (InterruptedException e) {
      if (breakBy(e)) {
        throw e;
      }
      Thread.currentThread().interrupt();
      awaitEnd(barrier);
    } catch (RuntimeException | Error e) {
      breakBy(e);
      throw e;
    }
    if (state != OPEN) {
      throw broken(barrier);
    }
    return index;
  }

  /** Runs the action, as the last to arrive. Lets the others through only if it throws. */
  void run(Runnable action) {
    ender = Thread.currentThread();
    try {
      action.run();
    } catch (Throwable e) {
      cause = e;
      state = BROKEN;
      open();
      throw e;
    }
    ender = null;
    state = OPEN;
  }

  /** Lets everybody through who waits, and who will. */
  void open() {
    turnstile.release(MANY);
  }

  /** Ends the generation by a reset. Then the caller has to open it. */
  boolean tryReset() {
    return tryEnd(RESET);
  }

  private boolean tryEnd(int verdict) {
    for (int s; (s = state) > 0; ) {
      if (STATE.compareAndSet(this, s, verdict)) {
        ender = Thread.currentThread();
        return true;
      }
    }
    return false;
  }

  private boolean breakBy(Throwable e) {
    boolean ended = tryEnd(BROKEN);
    if (ended) {
      cause = e;
      open();
    }
    return ended;
  }

  /** Waits until the generation has ended and has been opened, whatever happens meanwhile. */
  void awaitEnd(Object barrier) {
    if (state == FULL && ender == Thread.currentThread()) {
      throw new IllegalStateException(barrier + ": the action would wait for its own end");
    }
    try {
      turnstile.acquire(1, false, false, 0L, barrier);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    turnstile.release(1);
  }

  private BrokenBarrierException broken(Object barrier) {
    String how = state == RESET ? ": reset by " : ": broken by ";
    BrokenBarrierException e = new BrokenBarrierException(barrier + how + ender);
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }
}
