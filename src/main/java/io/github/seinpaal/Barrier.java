package io.github.seinpaal;

import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A barrier at which a fixed number of parties wait for each other, once; then it stays open.
 *
 * <p>Each party calls {@link #await()}. The last to arrive runs the action, if there is one, and
 * then lets all others go on. From then on nobody waits here any more.
 *
 * <pre>{@code
 * class Cluster {
 *   private final Barrier up;
 *
 *   Cluster(int nodes, Runnable announce) {
 *     up = new Barrier(nodes, announce);
 *   }
 *
 *   void run(Runnable startUp, Runnable serve) throws InterruptedException, BrokenBarrierException {
 *     startUp.run();
 *     up.await();
 *     serve.run();
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.CyclicBarrier}.</b> It is used once: open or
 * broken, it stays so, and there is no reset. Until then it behaves alike, except that
 *
 * <ul>
 *   <li>a {@link BrokenBarrierException} tells who broke the barrier, and has the interrupt, the
 *       timeout or the failure of the action as its cause;
 *   <li>an action that calls {@code await} of its own barrier gets an {@link
 *       IllegalStateException};
 *   <li>{@link #isBroken}, {@link #isOpen} and {@link #getNumberWaiting} do not wait for an action
 *       that runs.
 * </ul>
 *
 * <p>Unlike a {@link java.util.concurrent.CountDownLatch}, arriving and waiting are one step, and
 * nobody goes on if one party fails.
 *
 * <p><b>Breaking.</b> All parties go on or none does. If one that has arrived, or is about to,
 * leaves by an interrupt, a timeout, an error, or because the action has thrown, then the barrier
 * is <em>broken</em> and will never open: all others that wait, and all that come later, get a
 * {@link BrokenBarrierException}. Once the last party has arrived, however, only the action
 * decides: a timeout or an interrupt that comes while it runs waits for it, and if the action
 * returns, the parties return too, with the interrupt status still set. So does a thread that comes
 * while it runs.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it calls {@code await}, as one of
 * the parties, <i>happens-before</i> the action, and that <i>happens-before</i> what follows a
 * successful return of {@code await} in any thread, and what follows a call of {@link #isOpen} that
 * returned true. A call that throws guarantees no such ordering, except that the cause of a {@code
 * BrokenBarrierException}, and what its thread did before, is visible.
 *
 * @see ReusableBarrier
 */
public final class Barrier {
  private final Runnable action; // or null
  private final Generation only;

  /**
   * Creates a barrier without an action.
   *
   * @param parties how many have to arrive, one or more
   * @throws IllegalArgumentException if {@code parties} is below one
   */
  public Barrier(int parties) {
    this(parties, null);
  }

  /**
   * Creates a barrier with an action, to be run by the last to arrive.
   *
   * @param parties how many have to arrive, one or more
   * @param action what to run while all parties are held; or null
   * @throws IllegalArgumentException if {@code parties} is below one
   */
  public Barrier(int parties, Runnable action) {
    if (parties < 1) {
      throw new IllegalArgumentException("parties below 1: " + parties);
    }
    this.action = action;
    this.only = new Generation(parties, 0L);
  }

  /**
   * Arrives, and waits until all parties have and the action, if any, has returned. Returns at once
   * if the barrier is open.
   *
   * <p>If the thread is interrupted on entry or while it waits for other parties, the barrier
   * breaks, unless it is open. An exception or error of the action breaks it too, and is thrown on
   * to the thread that ran it, which is the last to arrive.
   *
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last and for all that come later
   * @throws InterruptedException if this thread was interrupted, on entry even if the barrier is
   *     open; parties that wait get the exception below
   * @throws BrokenBarrierException if the barrier is broken, or breaks while this thread waits
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
   *     once, unless it is open
   * @param unit the unit of {@code timeout}
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last and for all that come later
   * @throws InterruptedException if this thread was interrupted, on entry even if the barrier is
   *     open; parties that wait get the next exception
   * @throws BrokenBarrierException if the barrier is broken, or breaks while this thread waits
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
   *     once, unless it is open; more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return the index of arrival: {@code getParties() - 1} for the first to arrive, zero for the
   *     last and for all that come later
   * @throws InterruptedException if this thread was interrupted, on entry even if the barrier is
   *     open; parties that wait get the next exception
   * @throws BrokenBarrierException if the barrier is broken, or breaks while this thread waits
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
    if (!isOpen()) {
      Generation.prepare();
      int index = only.arrive(action == null ? Generation.OPEN : Generation.FULL, this);
      if (index > 0) {
        return only.await(index, timed, nanos, this);
      }
      if (index == 0) {
        if (action != null) {
          only.run(action);
        }
        only.open();
        return 0;
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return 0;
  }

  /**
   * How many have to arrive.
   *
   * @return the number of parties
   */
  public int getParties() {
    return only.parties;
  }

  /**
   * How many parties wait now, for others or for the action. It may have changed by the time it is
   * read.
   *
   * @return the number, zero if the barrier is open or broken
   */
  public int getNumberWaiting() {
    return only.waiting();
  }

  /**
   * Whether the barrier is open. Once it is, it stays so.
   *
   * @return true if all parties have arrived and the action, if any, has returned
   */
  public boolean isOpen() {
    return only.state() == Generation.OPEN;
  }

  /**
   * Whether the barrier is broken. Once it is, it stays so.
   *
   * @return true if a party has left before all had arrived, or the action has thrown
   */
  public boolean isBroken() {
    return only.state() == Generation.BROKEN;
  }

  /**
   * Identifies this barrier and tells its state at about now, for people to read. The form may
   * change.
   *
   * @return how many of how many parties wait, or that it is open or broken
   */
  @Override
  public String toString() {
    int s = only.state();
    return "Barrier@"
        + Integer.toHexString(hashCode())
        + "["
        + only.waiting()
        + " of "
        + only.parties
        + (s == Generation.OPEN
            ? " waiting, open]"
            : s == Generation.BROKEN ? " waiting, broken]" : " waiting]");
  }
}
