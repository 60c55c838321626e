package io.github.seinpaal;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets at most a given number inside at once.
 *
 * <p>{@link #enter()} waits for a place and returns a {@link Permit} that gives it back when it is
 * closed; {@link #run} and {@link #call} do both around a task; {@link #limit(Executor)} does so
 * for every task given to an executor. Nobody owns a place: it may be given back by another thread
 * than the one that entered, and a thread that enters twice needs two.
 *
 * <pre>{@code
 * class Thumbnails {
 *   private final Multiplex decoders = new Multiplex(4);
 *
 *   byte[] thumbnail(Callable<byte[]> decode) throws Exception {
 *     return decoders.call(decode);
 *   }
 *
 *   byte[] thumbnailOr(byte[] placeholder, Callable<byte[]> decode) throws Exception {
 *     try (Permit place = decoders.tryEnter()) {
 *       return place == null ? placeholder : decode.call();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.Semaphore}</b> as it is used for this: a place
 * can only be given back by who has it, once; the limit can change while places are taken. All else
 * is as {@link CountingSemaphore} has it: how fair and non-fair ones serve those who wait, what
 * becomes of an interrupt, and that a request which ended has left nothing behind.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it closes its {@code Permit}, or
 * inside a task, <i>happens-before</i> what another does after it has entered by the place that
 * this gave back. What a thread does before it hands a task to a limited executor
 * <i>happens-before</i> the task if it would with the executor itself.
 */
public final class Multiplex {
  /** Frames that must fit before a place is taken, so that it can be given back. */
  private static final int PROBE = PermitSynchronizer.PROBE + 50;

  private final CountingSemaphore places;

  /**
   * Creates a non-fair multiplex.
   *
   * @param limit how many may be inside at once, one or more
   * @throws IllegalArgumentException if {@code limit} is below one
   */
  public Multiplex(int limit) {
    this(limit, false);
  }

  /**
   * Creates a multiplex.
   *
   * @param limit how many may be inside at once, one or more
   * @param fair true to let those who wait in first-in first-out
   * @throws IllegalArgumentException if {@code limit} is below one
   */
  public Multiplex(int limit, boolean fair) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit below 1: " + limit);
    }
    places = CountingSemaphore.builder(limit).maxPermits(limit).fair(fair).build();
  }

  /**
   * Enters, waiting until there is a place or the thread is interrupted.
   *
   * @return the place, to be closed once, by any thread
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     place was taken
   */
  public Permit enter() throws InterruptedException {
    return places.acquirePermit();
  }

  /**
   * Enters if there is a place now that is promised to nobody. Does not wait.
   *
   * @return the place, or null
   */
  public Permit tryEnter() {
    return places.tryAcquirePermit();
  }

  /**
   * Enters, waiting until there is a place, the time is over or the thread is interrupted.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return the place, or null if the time was over
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     place was taken
   * @throws NullPointerException if {@code timeout} is null
   */
  public Permit tryEnter(Duration timeout) throws InterruptedException {
    return places.tryAcquirePermit(timeout);
  }

  /**
   * Enters as {@link #enter()} does, runs the task in this thread, and leaves, also if it throws.
   *
   * @param task what to run
   * @throws InterruptedException if the thread is interrupted on entry or while it waits for a
   *     place; then the task has not run
   * @throws NullPointerException if {@code task} is null
   */
  public void run(Runnable task) throws InterruptedException {
    Objects.requireNonNull(task, "task");
    PermitSynchronizer.probeStack(PROBE);
    places.acquire();
    try {
      task.run();
    } finally {
      places.release();
    }
  }

  /**
   * Enters as {@link #enter()} does, calls the task in this thread, and leaves, also if it throws.
   *
   * @param <T> what the task returns
   * @param task what to call
   * @return what the task returned
   * @throws InterruptedException if the thread is interrupted on entry or while it waits for a
   *     place; then the task has not been called
   * @throws Exception what the task throws
   * @throws NullPointerException if {@code task} is null
   */
  public <T> T call(Callable<T> task) throws Exception {
    Objects.requireNonNull(task, "task");
    PermitSynchronizer.probeStack(PROBE);
    places.acquire();
    try {
      return task.call();
    } finally {
      places.release();
    }
  }

  /**
   * An executor that hands tasks to the one given, but only so many at once that they and all else
   * that is inside do not exceed the limit. Its {@code execute} waits for a place <em>before</em>
   * it hands over the task, which bounds what is queued too; the place is given back when the task
   * ends, or when the {@code execute} of the given executor throws.
   *
   * <p>{@code execute} throws {@link RejectedExecutionException}, with the interrupt status still
   * set, if the thread is interrupted on entry or while it waits.
   *
   * <p>An executor that accepts a task and then drops it, as one does that discards tasks or is
   * shut down while tasks are queued, never gives the place back. A task that waits for another
   * task of the same limited executor may wait for ever.
   *
   * @param executor who runs the tasks
   * @return a view of it that observes the limit
   * @throws NullPointerException if {@code executor} is null
   */
  public Executor limit(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    return task -> {
      Objects.requireNonNull(task, "task");
      PermitSynchronizer.probeStack(PROBE);
      Permit place;
      try {
        place = enter();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RejectedExecutionException(this + ": interrupted, no place for " + task, e);
      }
      try {
        executor.execute(
            () -> {
              try {
                task.run();
              } finally {
                place.close();
              }
            });
      } catch (Throwable e) {
        place.close();
        throw e;
      }
    };
  }

  /**
   * How many may be inside at once.
   *
   * @return the limit
   */
  public int limit() {
    return places.maxPermits();
  }

  /**
   * Changes how many may be inside at once. Never waits: with a higher limit those who wait may
   * enter at once; with a lower one nobody is sent away, and nobody enters until enough have left.
   *
   * @param limit the new limit, one or more
   * @throws IllegalArgumentException if {@code limit} is below one
   */
  public void setLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(this + ": limit below 1: " + limit);
    }
    places.setMaxPermits(limit);
  }

  /**
   * How many are inside; for a while more than the limit, after that was lowered. It may have
   * changed by the time it is read.
   *
   * @return the number at some instant of the call
   */
  public int inside() {
    return places.held();
  }

  /**
   * Estimates how many wait to enter. Takes time in proportion to the answer.
   *
   * @return the estimated length of the queue
   */
  public int getQueueLength() {
    return places.getQueueLength();
  }

  /**
   * Identifies this multiplex and tells its state at about now, for people to read. The form may
   * change.
   *
   * @return how many are inside, the limit, and the mode
   */
  @Override
  public String toString() {
    return "Multiplex@"
        + Integer.toHexString(hashCode())
        + "["
        + inside()
        + " of "
        + limit()
        + (places.isFair() ? " inside, fair]" : " inside, non-fair]");
  }
}
