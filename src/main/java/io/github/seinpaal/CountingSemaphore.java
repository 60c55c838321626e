package io.github.seinpaal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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
  private final Executor executor; // or null for the default of CompletableFuture
  private final Map<Permit, Holder> holders; // or null if they are not tracked

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
    this(new PermitSynchronizer(permits, fair, PermitSynchronizer.NO_MAX, null), null, null);
  }

  private CountingSemaphore(
      PermitSynchronizer sync, Executor executor, Map<Permit, Holder> holders) {
    this.sync = sync;
    this.executor = executor;
    this.holders = holders;
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
   * @throws PermitsUnavailableException if this semaphore is or becomes shut down; then no permit
   *     was taken
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
   * @throws PermitsUnavailableException if {@code permits} is or becomes more than the maximum, or
   *     this semaphore is or becomes shut down; then no permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public void acquire(int permits) throws InterruptedException {
    checkCount(permits);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (permits != 0 && !sync.tryAcquire(permits)) {
      sync.acquire(permits, true, false, 0L, this);
    }
  }

  /**
   * Acquires a permit, waiting until one is available. An interrupt does not end the wait; the
   * interrupt status is set again on return.
   *
   * @throws PermitsUnavailableException if this semaphore is or becomes shut down; then no permit
   *     was taken
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
   * @throws PermitsUnavailableException if {@code permits} is or becomes more than the maximum, or
   *     this semaphore is or becomes shut down; then no permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public void acquireUninterruptibly(int permits) {
    checkCount(permits);
    if (permits != 0 && !sync.tryAcquire(permits)) {
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
    return nanos > 0L && sync.acquire(permits, true, true, nanos, this);
  }

  private void awaitUninterruptibly(int permits) {
    try {
      sync.acquire(permits, false, false, 0L, this);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Acquiring a guard

  /**
   * Acquires a permit as {@link #acquire()} does, and returns a guard that releases it.
   *
   * <pre>{@code
   * try (Permit permit = connections.acquirePermit()) {
   *   return work.get();
   * }
   * }</pre>
   *
   * @return a guard of one permit
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws PermitsUnavailableException if this semaphore is or becomes shut down; then no permit
   *     was taken
   */
  public Permit acquirePermit() throws InterruptedException {
    acquire();
    return guard(1);
  }

  /**
   * Acquires the given number of permits as {@link #acquire(int)} does, and returns a guard that
   * releases them.
   *
   * @param permits how many, zero or more
   * @return a guard of that many permits
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws PermitsUnavailableException if {@code permits} is or becomes more than the maximum, or
   *     this semaphore is or becomes shut down; then no permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public Permit acquirePermit(int permits) throws InterruptedException {
    acquire(permits);
    return guard(permits);
  }

  /**
   * Acquires a permit as {@link #acquireUninterruptibly()} does, and returns a guard that releases
   * it.
   *
   * @return a guard of one permit
   * @throws PermitsUnavailableException if this semaphore is or becomes shut down; then no permit
   *     was taken
   */
  public Permit acquirePermitUninterruptibly() {
    acquireUninterruptibly();
    return guard(1);
  }

  /**
   * Acquires the given number of permits as {@link #acquireUninterruptibly(int)} does, and returns
   * a guard that releases them.
   *
   * @param permits how many, zero or more
   * @return a guard of that many permits
   * @throws PermitsUnavailableException if {@code permits} is or becomes more than the maximum, or
   *     this semaphore is or becomes shut down; then no permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public Permit acquirePermitUninterruptibly(int permits) {
    acquireUninterruptibly(permits);
    return guard(permits);
  }

  /**
   * Acquires a permit as {@link #tryAcquire()} does. The null of a failure may stand in a
   * try-with-resources statement.
   *
   * @return a guard of one permit, or null if none was acquired
   */
  public Permit tryAcquirePermit() {
    return tryAcquire() ? guard(1) : null;
  }

  /**
   * Acquires the given number of permits as {@link #tryAcquire(int)} does.
   *
   * @param permits how many, zero or more
   * @return a guard of that many permits, or null if none was acquired
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public Permit tryAcquirePermit(int permits) {
    return tryAcquire(permits) ? guard(permits) : null;
  }

  /**
   * Acquires a permit as {@link #tryAcquire(Duration)} does.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return a guard of one permit, or null if none was acquired
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws NullPointerException if {@code timeout} is null
   */
  public Permit tryAcquirePermit(Duration timeout) throws InterruptedException {
    return tryAcquire(timeout) ? guard(1) : null;
  }

  /**
   * Acquires the given number of permits as {@link #tryAcquire(int, Duration)} does.
   *
   * @param permits how many, zero or more
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return a guard of that many permits, or null if none was acquired
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then no
   *     permit was taken
   * @throws IllegalArgumentException if {@code permits} is negative
   * @throws NullPointerException if {@code timeout} is null
   */
  public Permit tryAcquirePermit(int permits, Duration timeout) throws InterruptedException {
    return tryAcquire(permits, timeout) ? guard(permits) : null;
  }

  /**
   * Asks for a permit without waiting for it, as {@link #acquireAsync(int)} does for many.
   *
   * @return a future of a guard of one permit
   */
  public CompletableFuture<Permit> acquireAsync() {
    return acquireAsync(1);
  }

  /**
   * Asks for the given number of permits, all at once, without waiting for them. The request stands
   * in the same queue as threads do, and in a fair semaphore is served in its turn; in a non-fair
   * one it is handed the next permits as soon as it is at the head, since it has no thread to
   * compete with.
   *
   * <pre>{@code
   * requests.acquireAsync().thenCompose(permit ->
   *     client.send(request).whenComplete((answer, failure) -> permit.close()));
   * }</pre>
   *
   * <p>The future is always completed in this semaphore's {@linkplain Builder#executor executor},
   * also if the permits are available now, and stages added to it when it is done run there too. So
   * no code of the user runs inside {@link #release}, and a long chain of requests, each made by a
   * stage of the one before, does not grow the stack; unless the executor runs tasks in the thread
   * that hands them over. If it rejects a task, the permits go back and the future fails with what
   * it threw. Whoever can do without an executor if permits are available asks {@link
   * #tryAcquirePermit()} first.
   *
   * <p>Cancelling the future, or completing it in another way, ends the request: it leaves the
   * queue, or if the permits have been granted meanwhile, they go to the next. A stage that depends
   * on the future is not the request: cancelling it changes nothing here.
   *
   * <p>What a thread does before it releases a permit <i>happens-before</i> what a stage does that
   * depends on the future of the guard of that permit.
   *
   * @param permits how many, zero or more
   * @return a future of a guard of that many permits; it fails with {@link
   *     PermitsUnavailableException} if {@code permits} is or becomes more than the maximum, or
   *     this semaphore is or becomes shut down
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public CompletableFuture<Permit> acquireAsync(int permits) {
    checkCount(permits);
    PermitSynchronizer.probeStack(PermitSynchronizer.PROBE);
    Thread requester = holders == null ? null : Thread.currentThread();
    boolean waits = permits != 0 && !sync.tryAcquire(permits);
    boolean done = waits; // or else the permits are ours to give back
    try {
      PermitRequest request = new PermitRequest(this, sync, executor, permits, requester, waits);
      if (waits) {
        request.await();
      } else {
        request.status = PermitSynchronizer.Waiter.GRANTED;
        done = request.wake();
      }
      return request.future;
    } finally {
      if (!done && permits != 0) {
        sync.release(permits);
      }
    }
  }

  private Permit guard(int permits) {
    return guard(permits, Thread.currentThread());
  }

  /** Makes a guard of permits that were acquired; gives them back if that fails. */
  Permit guard(int permits, Thread holder) {
    boolean done = false;
    try {
      Permit permit = new Permit(this, permits);
      if (holders != null && permits != 0) {
        holders.put(permit, new Holder(holder, permits, Instant.now()));
      }
      done = true;
      return permit;
    } finally {
      if (!done && permits != 0) {
        sync.release(permits);
      }
    }
  }

  /** Notes a guard that was split off another one. */
  void track(Permit part, Permit whole) {
    if (holders != null) {
      Holder holder = holders.get(whole);
      if (holder != null) {
        holders.put(part, holder);
      }
    }
  }

  void untrack(Permit permit) {
    if (holders != null) {
      holders.remove(permit);
    }
  }

  /** First step of releasing what a guard held: if it throws, nothing has changed. */
  int add(int permits) {
    return sync.add(permits);
  }

  /** Second step: the guard is closed, and its permits have been added, or not. */
  void added(Permit permit, int permits, int added) {
    try {
      if (added == PermitSynchronizer.TO_SERVE) {
        sync.serve();
      } else if (added == PermitSynchronizer.NOT_ADDED) {
        throw refuse(permits);
      }
    } finally {
      untrack(permit);
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
      throw refuse(1);
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
      throw refuse(permits);
    }
  }

  /**
   * Acquires all permits that are available now and promised to nobody. Without a maximum, a
   * negative count is set to zero instead. Once shut down, it changes nothing.
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
   * @throws IllegalStateException if the count would fall more than 2^31 below the maximum, or
   *     without one below {@link Integer#MIN_VALUE}; then nothing has changed
   */
  public void reducePermits(int reduction) {
    if (reduction < 0) {
      throw new IllegalArgumentException(this + ": negative reduction: " + reduction);
    }
    if (!sync.reduce(reduction)) {
      throw new IllegalStateException(this + ": the count would underflow, less " + reduction);
    }
  }

  // The maximum, shutting down

  /**
   * The most permits that may be available.
   *
   * @return the maximum, or {@link Integer#MAX_VALUE} if this semaphore was built without one
   */
  public int maxPermits() {
    return sync.most();
  }

  /**
   * Changes the maximum, and the permits available by the same difference, in one atomic step.
   * Never waits.
   *
   * <p>If the maximum grows, requests that can be met now are granted at once. If it shrinks below
   * what is held, {@link #availablePermits()} becomes negative, and that much has to be released
   * before anything is acquired. Waiting requests for more than the new maximum end at once, as if
   * they were made now. An acquire that runs at the same time may be judged by the maximum before.
   *
   * @param maxPermits the new maximum, one or more
   * @throws IllegalArgumentException if {@code maxPermits} is below one
   * @throws IllegalStateException if this semaphore was built without a maximum
   */
  public void setMaxPermits(int maxPermits) {
    if (maxPermits < 1) {
      throw new IllegalArgumentException(this + ": maximum below 1: " + maxPermits);
    }
    checkBounded();
    int before = sync.setMax(maxPermits);
    if (before != maxPermits) {
      Recorder.INSTANCE.resized(name(), before, maxPermits);
    }
  }

  /**
   * Refuses every request from now on, and ends those that wait: they throw {@link
   * PermitsUnavailableException}, uninterruptible ones too, or return false or null if they are
   * attempts; futures fail with that exception. Permits that are held may still be released, {@link
   * #reducePermits} and {@link #setMaxPermits} still count, and requests for zero permits still
   * succeed. There is no way back. Shutting down again does nothing.
   *
   * <p>What precedes this call <i>happens-before</i> what follows a request that was refused for
   * it.
   */
  public void shutdown() {
    int waiting = sync.queueLength();
    if (sync.shutdown()) {
      Recorder.INSTANCE.shutDown(name(), waiting);
    }
  }

  /**
   * Whether this semaphore is shut down.
   *
   * @return true from the first {@link #shutdown} on
   */
  public boolean isShutdown() {
    return sync.isShutdown();
  }

  /**
   * Waits until all permits have come back: as many are available as the maximum. Sensible after a
   * {@link #shutdown()}, for a graceful end; before it, permits may come back and be acquired again
   * unnoticed.
   *
   * <pre>{@code
   * semaphore.shutdown();
   * if (!semaphore.awaitReturned(Duration.ofSeconds(10))) {
   *   log("still held: " + semaphore.holders());
   * }
   * }</pre>
   *
   * <p>What a thread does before it releases a permit <i>happens-before</i> what follows a call
   * that returns true after that.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait, and
   *     more than {@link Long#MAX_VALUE} nanoseconds count as that many
   * @return true once all permits are available, false if the time was over
   * @throws InterruptedException if the thread is interrupted on entry or while it waits
   * @throws IllegalStateException if this semaphore was built without a maximum
   * @throws NullPointerException if {@code timeout} is null
   */
  public boolean awaitReturned(Duration timeout) throws InterruptedException {
    long nanos = nanos(timeout);
    checkBounded();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return sync.awaitReturned(nanos, this);
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
    return sync.queueLength();
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
   * Who holds permits: those that are guarded by an open {@link Permit}, if this semaphore was
   * built to {@linkplain Builder#trackHolders track} them. Permits acquired without a guard do not
   * show.
   *
   * @return a new list, the longest held first; empty if holders are not tracked
   */
  public List<Holder> holders() {
    List<Holder> list = new ArrayList<>();
    if (holders != null) {
      holders.forEach(
          (permit, holder) -> {
            int count = permit.count();
            if (count != 0) {
              list.add(new Holder(holder.thread(), count, holder.since()));
            }
          });
      list.sort(Comparator.comparing(Holder::since));
    }
    return list;
  }

  /**
   * What has become of the requests that could not be met at once and had to queue. Those that
   * never queued are not counted, so that they cost nothing.
   *
   * @return the counts at about now; one that is just changing may be told late
   */
  public Stats stats() {
    PermitSynchronizer.Ledger l = sync.ledger();
    return l == null
        ? new Stats(0, 0, 0, 0, Duration.ZERO)
        : new Stats(
            l.granted, l.timedOut, l.cancelled, sync.queueLength(), Duration.ofNanos(l.longest));
  }

  /**
   * Someone who holds permits.
   *
   * @param thread the thread that acquired them, or that asked for them by {@link #acquireAsync()}
   * @param permits how many, still
   * @param since when they were acquired
   */
  public record Holder(Thread thread, int permits, Instant since) {}

  /**
   * What has become of the requests that had to queue.
   *
   * @param granted those that got their permits
   * @param timedOut those whose time was over
   * @param cancelled those that ended otherwise: interrupted, cancelled, or refused since the
   *     semaphore was shut down or its maximum shrank
   * @param waiting those that wait now
   * @param longestWait the longest that a request which has ended has waited, a thread from when it
   *     was first put to sleep; waits that end before that are not looked at
   */
  public record Stats(
      long granted, long timedOut, long cancelled, int waiting, Duration longestWait) {}

  /** With a maximum: how many permits are not available, at one instant. */
  int held() {
    return sync.held();
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
        + (sync.isBounded() ? " of " + sync.most() : "")
        + (sync.fair ? ", fair" : ", non-fair")
        + (sync.isShutdown() ? ", shut down]" : "]");
  }

  // Checks

  private void checkCount(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException(this + ": negative number of permits: " + permits);
    }
  }

  private void checkBounded() {
    if (!sync.isBounded()) {
      throw new IllegalStateException(this + ": built without a maximum");
    }
  }

  private IllegalStateException refuse(int permits) {
    Recorder.INSTANCE.refusedRelease(name(), permits, availablePermits(), maxPermits());
    return new IllegalStateException(
        this
            + ": cannot release "
            + permits
            + (sync.isBounded() ? ", above the maximum" : ", the count would overflow"));
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
    private Executor executor;
    private boolean tracking;

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
     * Chooses whether {@link #holders()} tells who holds permits; not if never called. It costs an
     * entry in a table for each {@link Permit}, and nothing if it is off. A guard that is never
     * closed is held, and told, for ever.
     *
     * @param tracking true to track those who hold permits
     * @return this builder
     */
    public Builder trackHolders(boolean tracking) {
      this.tracking = tracking;
      return this;
    }

    /**
     * Chooses what completes the futures of {@link #acquireAsync()}; if never called, what {@link
     * CompletableFuture} uses for asynchronous tasks.
     *
     * @param executor the executor; it should not run tasks in the thread that hands them over, nor
     *     wait, since they are handed over inside {@link #release()}
     * @return this builder
     * @throws NullPointerException if {@code executor} is null
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Makes the semaphore.
     *
     * @return a new semaphore
     * @throws IllegalArgumentException if it would start with more permits than its maximum, or
     *     with over 2^31 fewer
     */
    public CountingSemaphore build() {
      long missing = (long) max - permits;
      if (max != PermitSynchronizer.NO_MAX && (missing < 0 || missing > 1L << 31)) {
        throw new IllegalArgumentException(
            (name == null ? "" : name + ": ")
                + permits
                + " permits, "
                + (missing < 0 ? "above" : "too far below")
                + " the maximum "
                + max);
      }
      return new CountingSemaphore(
          new PermitSynchronizer(permits, fair, max, name),
          executor,
          tracking ? new ConcurrentHashMap<>() : null);
    }
  }
}
