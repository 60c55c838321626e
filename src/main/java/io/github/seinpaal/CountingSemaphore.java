package io.github.seinpaal;

import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A counting semaphore, fair or non-fair, with an optional maximum.
 *
 * <p>It keeps a number of permits. {@link #acquire()} takes one, waiting if there is none; {@link
 * #release()} adds one, which may let a waiting thread go on. No permit object exists, only the
 * count, and a thread need not have acquired a permit to release one.
 *
 * <pre>{@code
 * class Pool {
 *   private final CountingSemaphore free =
 *       CountingSemaphore.builder(10).maxPermits(10).fair(true).name("pool").build();
 *
 *   Item borrow() throws InterruptedException {
 *     free.acquire();
 *     return takeItem();
 *   }
 *
 *   void giveBack(Item item) {
 *     putItem(item);
 *     free.release();
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.Semaphore}.</b> A program that changes the
 * class name compiles and goes on, except that
 *
 * <ul>
 *   <li>in fair mode the untimed {@link #tryAcquire()} does not pass those who wait;
 *   <li>a release that would overflow the count, and a reduction that would underflow it, throw
 *       {@link IllegalStateException} (there: {@link Error}) and change nothing;
 *   <li>{@link #drainPermits} leaves permits that are promised to a waiter, and with a maximum it
 *       does not cancel debt;
 *   <li>{@link #reducePermits} and {@link #getQueuedThreads} are public, and the class is final and
 *       not serializable.
 * </ul>
 *
 * <p><b>Fairness.</b> A <em>fair</em> semaphore serves waiting requests in the order in which they
 * came to the queue, whatever their size: permits released are set aside for the first until it has
 * all it asked for. A <em>non-fair</em> one (the default) lets arrivals take permits that waiting
 * threads have not got to yet, which is faster; but a request that has been at the head of the
 * queue for about a millisecond is handed the next permits released. So in both modes nobody
 * starves, as long as permits come back and threads get a core.
 *
 * <p><b>Maximum.</b> With {@link Builder#maxPermits} the semaphore refuses a release that would
 * make more permits available than that, under any concurrency, and refuses a request for more than
 * could ever be had.
 *
 * <p><b>Negative counts.</b> The initial count may be negative, and {@link #reducePermits} may make
 * it so; that many releases must come before any acquire succeeds.
 *
 * <p><b>Interrupts.</b> Every method that throws {@link InterruptedException} does so if the thread
 * is interrupted on entry, even when permits are available or none are asked for. If a grant and an
 * interrupt meet, one wins: if the grant does, the method returns normally with the interrupt
 * status still set. A request that has timed out or thrown has left nothing behind when it returns.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before a {@link #release() release}
 * <i>happens-before</i> what another thread does after it has acquired a permit that the release
 * made available, directly or through other releases and acquires, and also if a third thread
 * handed it over. An attempt that failed, timed out or was interrupted guarantees no such ordering.
 * Nor does a monitoring method.
 */
public final class CountingSemaphore {

  private final PermitSynchronizer sync;

  /**
   * Creates a non-fair semaphore without a maximum.
   *
   * @param permits the permits available at first; may be negative, in which case releases must
   *     come before any acquire succeeds
   */
  public CountingSemaphore(int permits) {
    this(permits, false);
  }

  /**
   * Creates a semaphore without a maximum.
   *
   * @param permits the permits available at first; may be negative
   * @param fair true to serve waiting requests first-in first-out
   */
  public CountingSemaphore(int permits, boolean fair) {
    this(new PermitSynchronizer(permits, fair, PermitSynchronizer.NO_MAX, null));
  }

  private CountingSemaphore(PermitSynchronizer sync) {
    this.sync = sync;
  }

  /**
   * Starts to build a semaphore with more choices than the constructors offer.
   *
   * @param permits the permits available at first; may be negative
   * @return a builder for a non-fair semaphore without a maximum and without a name
   */
  public static Builder builder(int permits) {
    return new Builder(permits);
  }

  // Acquiring

  /**
   * Acquires a permit, waiting until one is available or the thread is interrupted.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   */
  public void acquire() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!sync.acquireOne()) {
      sync.acquire(1, true, false, 0L, this);
    }
  }

  /**
   * Acquires the given number of permits, all at once, waiting until they are available or the
   * thread is interrupted. Zero permits are acquired at once.
   *
   * @param permits how many, zero or more
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws PermitsUnavailableException if {@code permits} is above the maximum
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public void acquire(int permits) throws InterruptedException {
    checkCount(permits);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (permits != 0 && !sync.tryAcquire(permits)) {
      checkPossible(permits);
      sync.acquire(permits, true, false, 0L, this);
    }
  }

  /**
   * Acquires a permit, waiting until one is available. An interrupt does not end the wait; the
   * interrupt status is set again on return.
   */
  public void acquireUninterruptibly() {
    if (!sync.acquireOne()) {
      awaitUninterruptibly(1);
    }
  }

  /**
   * Acquires the given number of permits, all at once, waiting until they are available. An
   * interrupt does not end the wait; the interrupt status is set again on return. Zero permits are
   * acquired at once.
   *
   * @param permits how many, zero or more
   * @throws PermitsUnavailableException if {@code permits} is above the maximum
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public void acquireUninterruptibly(int permits) {
    checkCount(permits);
    if (permits != 0 && !sync.tryAcquire(permits)) {
      checkPossible(permits);
      awaitUninterruptibly(permits);
    }
  }

  /**
   * Acquires a permit if one is available now and promised to nobody. Does not wait.
   *
   * <p>A permit is promised if the semaphore is fair and somebody waits for it, or if it is
   * non-fair and the first in the queue has waited for about a millisecond there; or, for the
   * instant in which another thread's {@code acquire} decides whether it has to wait, to that
   * thread. False is returned only if at some instant of the call there was no permit free of
   * promises. A request that has ended no longer counts.
   *
   * @return true if a permit was acquired
   */
  public boolean tryAcquire() {
    return sync.tryAcquire(1);
  }

  /**
   * Acquires the given number of permits if that many are available now and promised to nobody, as
   * {@link #tryAcquire()} does one. Does not wait. Zero permits are acquired at once.
   *
   * @param permits how many, zero or more
   * @return true if all were acquired, false if none was; false also if {@code permits} is above
   *     the maximum
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public boolean tryAcquire(int permits) {
    checkCount(permits);
    return permits == 0 || sync.tryAcquire(permits);
  }

  /**
   * Acquires a permit, waiting until one is available, the time is over or the thread is
   * interrupted.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait
   * @param unit the unit of {@code timeout}
   * @return true if a permit was acquired, false if the time was over
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws NullPointerException if {@code unit} is null
   */
  public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
    return tryAcquireNanos(1, unit.toNanos(timeout));
  }

  /**
   * Acquires the given number of permits, all at once, waiting until they are available, the time
   * is over or the thread is interrupted. Zero permits are acquired at once.
   *
   * @param permits how many, zero or more
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait
   * @param unit the unit of {@code timeout}
   * @return true if all were acquired; false, and none was, if the time was over, or at once if
   *     {@code permits} is above the maximum
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   * @throws NullPointerException if {@code unit} is null
   */
  public boolean tryAcquire(int permits, long timeout, TimeUnit unit) throws InterruptedException {
    checkCount(permits);
    return tryAcquireNanos(permits, unit.toNanos(timeout));
  }

  /**
   * Acquires a permit, waiting until one is available, the time is over or the thread is
   * interrupted.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return true if a permit was acquired, false if the time was over
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws NullPointerException if {@code timeout} is null
   */
  public boolean tryAcquire(Duration timeout) throws InterruptedException {
    return tryAcquireNanos(1, nanos(timeout));
  }

  /**
   * Acquires the given number of permits, all at once, waiting until they are available, the time
   * is over or the thread is interrupted. Zero permits are acquired at once.
   *
   * @param permits how many, zero or more
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return true if all were acquired; false, and none was, if the time was over, or at once if
   *     {@code permits} is above the maximum
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   * @throws NullPointerException if {@code timeout} is null
   */
  public boolean tryAcquire(int permits, Duration timeout) throws InterruptedException {
    checkCount(permits);
    return tryAcquireNanos(permits, nanos(timeout));
  }

  private boolean tryAcquireNanos(int permits, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (permits == 0 || sync.tryAcquire(permits)) {
      return true;
    }
    return nanos > 0L && permits <= sync.most() && sync.acquire(permits, true, true, nanos, this);
  }

  private void awaitUninterruptibly(int permits) {
    try {
      sync.acquire(permits, false, false, 0L, this);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Releasing

  /**
   * Releases a permit. Any thread may; it need not have acquired one.
   *
   * @throws IllegalStateException if more permits would be available than the maximum, or without
   *     one than {@link Integer#MAX_VALUE}; then nothing has changed
   */
  public void release() {
    if (!sync.release(1)) {
      throw refused(1);
    }
  }

  /**
   * Releases the given number of permits, all at once. Zero permits change nothing.
   *
   * @param permits how many, zero or more
   * @throws IllegalStateException if more permits would be available than the maximum, or without
   *     one than {@link Integer#MAX_VALUE}; then nothing has changed
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public void release(int permits) {
    checkCount(permits);
    if (permits != 0 && !sync.release(permits)) {
      throw refused(permits);
    }
  }

  /**
   * Acquires all permits that are available now and promised to nobody. Without a maximum, a
   * negative count is set to zero instead.
   *
   * @return how many were acquired; negative if that many were owed and now are not
   */
  public int drainPermits() {
    return sync.drain();
  }

  /**
   * Takes permits away, whether or not they are available; never waits. The count may become
   * negative: that many releases must then come before any acquire succeeds.
   *
   * @param reduction how many, zero or more
   * @throws IllegalArgumentException if {@code reduction} is negative
   * @throws IllegalStateException if the count would fall below {@link Integer#MIN_VALUE}; then
   *     nothing has changed
   */
  public void reducePermits(int reduction) {
    if (reduction < 0) {
      throw new IllegalArgumentException(this + ": negative reduction: " + reduction);
    }
    if (!sync.reduce(reduction)) {
      throw new IllegalStateException(this + ": the count would underflow, less " + reduction);
    }
  }

  // Monitoring

  /**
   * The permits that nobody holds, those set aside for a waiting request included; negative if
   * releases are owed.
   *
   * @return the count at some instant of the call; less by one for each {@code acquire} that is
   *     just deciding whether it has to wait
   */
  public int availablePermits() {
    return sync.available();
  }

  /**
   * Whether waiting requests are served first-in first-out.
   *
   * @return true if this semaphore is fair
   */
  public boolean isFair() {
    return sync.fair;
  }

  /**
   * The name given to the builder.
   *
   * @return the name, or null if none was given
   */
  public String name() {
    return sync.name;
  }

  /**
   * Whether threads seem to be waiting. An estimate: it may have changed by the time it is read.
   *
   * @return true if there may be threads that wait
   */
  public boolean hasQueuedThreads() {
    return sync.hasQueuedThreads();
  }

  /**
   * Estimates how many requests wait. Takes time in proportion to the answer.
   *
   * @return the estimated length of the queue
   */
  public int getQueueLength() {
    return sync.queuedThreads().size();
  }

  /**
   * The threads that seem to be waiting, the one that has waited longest first. An estimate.
   *
   * @return a new collection
   */
  public Collection<Thread> getQueuedThreads() {
    return sync.queuedThreads();
  }

  /**
   * Identifies this semaphore and tells its state at about now, for people to read. The form may
   * change.
   *
   * @return the name, the permits available, the maximum, the mode
   */
  @Override
  public String toString() {
    return "CountingSemaphore@"
        + Integer.toHexString(hashCode())
        + (sync.name == null ? "" : " '" + sync.name + "'")
        + "[permits = "
        + sync.available()
        + (sync.max != PermitSynchronizer.NO_MAX ? " of " + sync.max : "")
        + (sync.fair ? ", fair]" : ", non-fair]");
  }

  // Checks

  private void checkCount(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException(this + ": negative number of permits: " + permits);
    }
  }

  private void checkPossible(int permits) {
    if (permits > sync.most()) {
      throw new PermitsUnavailableException(
          this + ": " + permits + " permits asked for, above the maximum");
    }
  }

  private IllegalStateException refused(int permits) {
    return new IllegalStateException(
        this
            + ": cannot release "
            + permits
            + (sync.max != PermitSynchronizer.NO_MAX
                ? ", above the maximum"
                : ", the count would overflow"));
  }

  private static long nanos(Duration timeout) {
    return TimeUnit.NANOSECONDS.convert(timeout);
  }

  /**
   * Collects the choices for a semaphore. Not thread-safe; may be used again.
   *
   * <pre>{@code
   * CountingSemaphore connections =
   *     CountingSemaphore.builder(8).maxPermits(8).fair(true).name("connections").build();
   * }</pre>
   */
  public static final class Builder {
    private final int permits;
    private boolean fair;
    private int max = PermitSynchronizer.NO_MAX;
    private String name;

    private Builder(int permits) {
      this.permits = permits;
    }

    /**
     * Chooses the mode; non-fair if never called.
     *
     * @param fair true to serve waiting requests first-in first-out
     * @return this builder
     */
    public Builder fair(boolean fair) {
      this.fair = fair;
      return this;
    }

    /**
     * Sets a maximum; none if never called.
     *
     * @param maxPermits the most permits that may ever be available, one or more
     * @return this builder
     * @throws IllegalArgumentException if {@code maxPermits} is below one
     */
    public Builder maxPermits(int maxPermits) {
      if (maxPermits < 1) {
        throw new IllegalArgumentException("maximum below 1: " + maxPermits);
      }
      this.max = maxPermits;
      return this;
    }

    /**
     * Names the semaphore, for {@code toString} and messages; no name if never called.
     *
     * @param name the name
     * @return this builder
     * @throws NullPointerException if {@code name} is null
     */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Makes the semaphore.
     *
     * @return a new semaphore
     * @throws IllegalArgumentException if it would start with more permits than its maximum
     */
    public CountingSemaphore build() {
      if (max != PermitSynchronizer.NO_MAX && permits > max) {
        throw new IllegalArgumentException(
            (name == null ? "" : name + ": ") + permits + " permits, above the maximum " + max);
      }
      return new CountingSemaphore(new PermitSynchronizer(permits, fair, max, name));
    }
  }
}
