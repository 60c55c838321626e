package io.github.seinpaal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A barrier at which a fixed number of parties wait for each other, again and again.
 *
 * <p>Each party calls {@link #await()}. The last to arrive runs the action, if there is one, and
 * then lets all others go on; with that, a new <em>generation</em> begins and the barrier can be
 * used again at once, also by a thread that is back before others have left.
 *
 * <pre>{@code
 * class Diffusion {
 *   private double[] now;
 *   private double[] next;
 *   private final ReusableBarrier step;
 *
 *   Diffusion(double[] cells, int workers) {
 *     now = cells.clone();
 *     next = cells.clone();
 *     step = new ReusableBarrier(workers, this::swap);
 *   }
 *
 *   void work(int from, int to, int steps) throws InterruptedException, BrokenBarrierException {
 *     for (int s = 0; s < steps; s++) {
 *       for (int i = from; i < to; i++) {
 *         next[i] = (now[i - 1] + 2 * now[i] + now[i + 1]) / 4;
 *       }
 *       step.await();
 *     }
 *   }
 *
 *   private void swap() {
 *     double[] past = now;
 *     now = next;
 *     next = past;
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.CyclicBarrier}.</b> A program that changes the
 * class name compiles and goes on, except that
 *
 * <ul>
 *   <li>a {@link BrokenBarrierException} tells who broke the barrier, and has the interrupt, the
 *       timeout or the failure of the action as its cause;
 *   <li>an action that calls {@code await} or {@code reset} of its own barrier gets an {@link
 *       IllegalStateException};
 *   <li>{@link #isBroken}, {@link #getNumberWaiting} and {@link #generation} do not wait for an
 *       action that runs;
 *   <li>the class is final.
 * </ul>
 *
 * <p><b>Breaking.</b> All parties go on or none does. If one that has arrived, or is about to,
 * leaves by an interrupt, a timeout, an error, or because the action has thrown, then the barrier
 * is <em>broken</em>: all others that wait, and all that come later, get a {@link
 * BrokenBarrierException}, until somebody calls {@link #reset}. Once the last party has arrived,
 * however, only the action decides: a timeout, an interrupt or a reset that comes while it runs
 * waits for it, and if the action returns, the parties return too, with the interrupt status still
 * set; a reset then goes to the next generation. So does an arrival.
 *
 * <p><b>Generations do not mix.</b> Every generation has a turnstile of its own, opened once by one
 * bulk release and then left behind, so a thread that is back early cannot take a permit from a
 * slow one. The two alternating turnstiles of the Little Book would do that only if it were always
 * the same threads that meet: with two parties, of threads A, B and C, let A arrive and stop before
 * it waits; B opens the turnstile, meets C at the other one and is first again at that of A.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it calls {@code await}
 * <i>happens-before</i> the action, and that <i>happens-before</i> what follows a successful return
 * of {@code await} in any party of the same generation. A call that throws guarantees no such
 * ordering, except that the cause of a {@code BrokenBarrierException}, and what its thread did
 * before, is visible.
 *
 * @see Barrier
 */
public final class ReusableBarrier {
  private static final VarHandle CURRENT =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(),
          "current",
          VarHandle.class,
          ReusableBarrier.class,
          Generation.class);

  private final int parties;
  private final Runnable action; // or null
  private volatile Generation current; // written by who ends it, before it is opened; or by a reset

  /**
   * Creates a barrier without an action.
   *
   * @param parties how many have to arrive, one or more
   * @throws IllegalArgumentException if {@code parties} is below one
   */
  public ReusableBarrier(int parties) {
    this(parties, null);
  }

  /**
   * Creates a barrier with an action, to be run by the last to arrive in each generation.
   *
   * @param parties how many have to arrive, one or more
   * @param action what to run while all parties are held; or null
   * @throws IllegalArgumentException if {@code parties} is below one
   */
  public ReusableBarrier(int parties, Runnable action) {
    if (parties < 1) {
      throw new IllegalArgumentException("parties below 1: " + parties);
    }
    this.parties = parties;
    this.action = action;
    this.current = new Generation(parties, 0L);
  }

  /**
   * Arrives, and waits until all parties have and the action, if any, has returned.
   *
   * <p>If the thread is interrupted on entry or while it waits for other parties, the barrier
   * breaks. An exception or error of the action breaks it too, and is thrown on to the thread that
   * ran it, which is the last to arrive.
   *
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last
   * @throws InterruptedException if this thread was interrupted; the others get the exception below
   * @throws BrokenBarrierException if the barrier is broken, or breaks or is reset while this
   *     thread waits
   * @throws IllegalStateException if called by the action of this barrier
   */
  public int await() throws InterruptedException, BrokenBarrierException {
    try {
      return await(false, 0L);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Arrives, and waits as {@link #await()} does, but not longer than the time given. If that is
   * over before all parties have arrived, the barrier breaks.
   *
   * @param timeout the longest time to wait for other parties, counted from the arrival by a
   *     monotonic clock; with zero or less, anyone but the last to arrive breaks the barrier at
   *     once
   * @param unit the unit of {@code timeout}
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last
   * @throws InterruptedException if this thread was interrupted; the others get the next exception
   * @throws BrokenBarrierException if the barrier is broken, or breaks or is reset while this
   *     thread waits
   * @throws TimeoutException if the time was over; the others get the exception above
   * @throws IllegalStateException if called by the action of this barrier
   * @throws NullPointerException if {@code unit} is null
   */
  public int await(long timeout, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    return await(true, unit.toNanos(timeout));
  }

  /**
   * Arrives, and waits as {@link #await()} does, but not longer than the time given. If that is
   * over before all parties have arrived, the barrier breaks.
   *
   * @param timeout the longest time to wait for other parties, counted from the arrival by a
   *     monotonic clock; with zero or less, anyone but the last to arrive breaks the barrier at
   *     once; more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last
   * @throws InterruptedException if this thread was interrupted; the others get the next exception
   * @throws BrokenBarrierException if the barrier is broken, or breaks or is reset while this
   *     thread waits
   * @throws TimeoutException if the time was over; the others get the exception above
   * @throws IllegalStateException if called by the action of this barrier
   * @throws NullPointerException if {@code timeout} is null
   */
  public int await(Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    return await(true, TimeUnit.NANOSECONDS.convert(timeout));
  }

  private int await(boolean timed, long nanos)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    Generation.prepare();
    for (; ; ) {
      Generation g = current;
      Generation next = g.state() == 1 ? successor(g) : null; // else this cannot be the last
      int last = next == null ? 1 : action == null ? Generation.OPEN : Generation.FULL;
      int index = g.arrive(last, this);
      if (index > 0) {
        return g.await(index, timed, nanos, this);
      }
      if (index == 0) {
        if (action != null) {
          g.run(action);
        }
        current = next;
        g.open();
        return 0;
      }
    }
  }

  private Generation successor(Generation g) {
    return new Generation(parties, g.number + 1);
  }

  /**
   * Begins a new generation. Parties that wait get a {@link BrokenBarrierException} without a
   * cause; a broken barrier is whole again. Waits if the action runs at this moment, and then
   * resets the generation that follows.
   *
   * @throws IllegalStateException if called by the action of this barrier
   */
  public void reset() {
    Generation.prepare();
    for (; ; ) {
      Generation g = current;
      Generation next = successor(g);
      if (g.tryReset()) {
        current = next;
        g.open();
        return;
      }
      if (g.state() != Generation.BROKEN) {
        g.awaitEnd(this);
      } else if (CURRENT.compareAndSet(this, g, next)) {
        return;
      }
    }
  }

  /**
   * How many have to arrive.
   *
   * @return the number of parties
   */
  public int getParties() {
    return parties;
  }

  /**
   * How many parties wait now, for others or for the action. It may have changed by the time it is
   * read.
   *
   * @return the number, zero if the barrier is broken
   */
  public int getNumberWaiting() {
    return current.waiting();
  }

  /**
   * Whether the barrier is broken.
   *
   * @return true if a party has left, or the action has thrown, since the barrier was made or last
   *     reset
   */
  public boolean isBroken() {
    return current.state() == Generation.BROKEN;
  }

  /**
   * The number of the generation that parties arrive at now: zero at first, and one more each time
   * the barrier opens or is reset.
   *
   * @return the number
   */
  public long generation() {
    return current.number;
  }

  /**
   * Identifies this barrier and tells its state at about now, for people to read. The form may
   * change.
   *
   * @return the generation, how many of how many parties wait, and whether it is broken
   */
  @Override
  public String toString() {
    Generation g = current;
    return "ReusableBarrier@"
        + Integer.toHexString(hashCode())
        + "[generation "
        + g.number
        + ", "
        + g.waiting()
        + " of "
        + parties
        + (g.state() == Generation.BROKEN ? " waiting, broken]" : " waiting]");
  }
}
