package io.github.seinpaal;

import java.util.Collection;
import java.util.Date;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A lock that one thread at a time can own, not reentrant, fair or non-fair, with conditions.
 *
 * <p>It is a semaphore with one permit that knows who has it: only the owner can unlock it, and an
 * owner that locks it again is told so instead of waiting for itself.
 *
 * <pre>{@code
 * class Account {
 *   private final Mutex mutex = new Mutex();
 *   private final Condition paidIn = mutex.newCondition();
 *   private long balance;
 *
 *   void payIn(long amount) {
 *     try (Mutex.Hold hold = mutex.hold()) {
 *       balance += amount;
 *       paidIn.signalAll();
 *     }
 *   }
 *
 *   void payOut(long amount) throws InterruptedException {
 *     mutex.lockInterruptibly();
 *     try {
 *       while (balance < amount) {
 *         paidIn.await();
 *       }
 *       balance -= amount;
 *     } finally {
 *       mutex.unlock();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.locks.ReentrantLock}.</b>
 *
 * <ul>
 *   <li>It is not reentrant: an owner that calls {@link #lock()}, {@link #lockInterruptibly()} or
 *       {@link #hold()} gets an {@link IllegalStateException}, and from every form of {@code
 *       tryLock} false, at once. Hence there is no hold count.
 *   <li>In fair mode the untimed {@link #tryLock()} does not pass those who wait.
 *   <li>In non-fair mode a thread that has been first in the queue for about a millisecond is given
 *       the mutex at the next unlock, so nobody starves.
 *   <li>{@link Condition#awaitUntil} turns its date into a time to wait on entry; it does not
 *       follow later changes of the system's clock.
 *   <li>{@link #owner()}, {@link #getQueuedThreads()} are public; the class is final and not
 *       serializable.
 * </ul>
 *
 * <p><b>Fairness.</b> A <em>fair</em> mutex goes to waiting threads in the order in which they came
 * to the queue. A <em>non-fair</em> one (the default) lets a running thread take it before one that
 * must first wake up, which is faster.
 *
 * <p><b>Conditions.</b> {@link #newCondition()} gives conditions that work as {@link Condition}
 * says, with the mutex as their lock. Waiting threads are signalled in the order in which they
 * began to wait; a signal goes to a thread that waits when it is given, and never to one that comes
 * later, nor to one that has timed out or been interrupted before. A thread that is signalled takes
 * its place in the queue of the mutex at that moment. If an interrupt comes after the signal, the
 * wait returns normally with the interrupt status set. Every method of a condition throws {@link
 * IllegalMonitorStateException} if the calling thread does not own the mutex. There are no spurious
 * wake-ups; wait in a loop all the same, since others may own the mutex before a signalled thread
 * does.
 *
 * <p><b>Monitoring.</b> A thread dump shows the mutex that a thread waits for, and who owns it; and
 * {@code findDeadlockedThreads()} of {@code java.lang.management.ThreadMXBean} finds platform
 * threads that wait for each other's mutexes in a circle.
 *
 * <p><b>Interrupts.</b> Every method that throws {@link InterruptedException} does so if the thread
 * is interrupted on entry, even when the mutex is free. If the mutex and an interrupt come at the
 * same time, one wins: if the mutex does, the method returns normally with the interrupt status
 * still set.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it unlocks the mutex, or gives it
 * up to wait on a condition, <i>happens-before</i> what another does after it has locked it next,
 * or returned from such a wait. An attempt that failed, timed out or was interrupted guarantees no
 * such ordering. Nor does a monitoring method.
 */
public final class Mutex implements Lock {

  private final PermitSynchronizer sync;
  private final Owner owner = new Owner();
  private final Hold hold = new Hold(this);

  /**
   * Who owns the mutex: for the mutex itself in a field that is written without a call, so that no
   * want of stack can come between the permit and its owner; and where the JVM looks for it.
   */
  private static final class Owner extends AbstractOwnableSynchronizer {
    private static final long serialVersionUID = 1L;

    transient Thread thread; // written by the thread that has the permit

    void show(Thread thread) {
      setExclusiveOwnerThread(thread);
    }
  }

  /** Creates a non-fair mutex that nobody owns. */
  public Mutex() {
    this(false);
  }

  /**
   * Creates a mutex that nobody owns.
   *
   * @param fair true to serve waiting threads first-in first-out
   */
  public Mutex(boolean fair) {
    sync = new PermitSynchronizer(1, fair, PermitSynchronizer.NO_MAX, null);
  }

  // Locking

  /**
   * Locks the mutex, waiting until nobody owns it. An interrupt does not end the wait; the
   * interrupt status is set again on return.
   *
   * @throws IllegalStateException if the calling thread owns the mutex
   */
  @Override
  public void lock() {
    try {
      acquire(false, false, 0L);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Locks the mutex, waiting until nobody owns it or the thread is interrupted.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then it
   *     does not own the mutex, unless it did before
   * @throws IllegalStateException if the calling thread owns the mutex
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    acquire(true, false, 0L);
  }

  /**
   * Locks the mutex if nobody owns it, and it is promised to nobody. Does not wait.
   *
   * <p>A free mutex is promised if it is fair and somebody waits for it, or if it is non-fair and
   * the first in the queue has waited for about a millisecond there; or, for the instant in which
   * another thread's {@code lock} decides whether it has to wait, to that thread.
   *
   * @return true if the mutex was locked; false if not, or if the calling thread owned it already
   */
  @Override
  public boolean tryLock() {
    try {
      return acquire(false, true, 0L);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Locks the mutex, waiting until nobody owns it, the time is over or the thread is interrupted.
   *
   * @param timeout the longest time to wait, by a monotonic clock; zero or less does not wait
   * @param unit the unit of {@code timeout}
   * @return true if the mutex was locked; false if the time was over, or at once if the calling
   *     thread owned it already
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; then it
   *     does not own the mutex, unless it did before
   * @throws NullPointerException if {@code unit} is null
   */
  @Override
  public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(timeout);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return acquire(true, true, nanos);
  }

  /**
   * Locks the mutex as {@link #lock()} does, for a try-with-resources statement that unlocks it.
   * Allocates nothing.
   *
   * @return what unlocks the mutex; always the same one
   * @throws IllegalStateException if the calling thread owns the mutex
   */
  public Hold hold() {
    lock();
    return hold;
  }

  private boolean acquire(boolean interruptible, boolean timed, long nanos)
      throws InterruptedException {
    Thread thread = Thread.currentThread();
    if (timed ? !sync.tryAcquire(1) : !sync.acquireOne()) {
      if (owner.thread == thread) {
        if (timed) {
          return false;
        }
        throw new IllegalStateException(this + ": locked again by its owner");
      }
      if ((timed && nanos <= 0L) || !sync.acquire(1, interruptible, timed, nanos, owner)) {
        return false;
      }
    }
    owner.thread = thread;
    try {
      owner.show(thread);
    } catch (StackOverflowError e) {
      return true; // owned all the same: only the finder of deadlocks does not know
    }
    return true;
  }

  /**
   * Unlocks the mutex.
   *
   * @throws IllegalMonitorStateException if the calling thread does not own the mutex; then nothing
   *     has changed
   */
  @Override
  public void unlock() {
    release(checkOwner());
  }

  /** The permit is given up last; if it cannot be, for want of stack, nothing has changed. */
  private void release(Thread thread) {
    boolean serve;
    try {
      owner.show(null);
      owner.thread = null;
      serve = sync.add(1) == PermitSynchronizer.TO_SERVE;
    } catch (Throwable e) {
      owner.thread = thread;
      throw e;
    }
    if (serve) {
      sync.serve();
    }
  }

  private Thread checkOwner() {
    Thread thread = Thread.currentThread();
    if (owner.thread != thread) {
      throw new IllegalMonitorStateException(this + ": not owned by " + thread);
    }
    return thread;
  }

  /** What {@link Mutex#hold} gives: unlocks the mutex when closed. */
  public static final class Hold implements AutoCloseable {
    private final Mutex mutex;

    private Hold(Mutex mutex) {
      this.mutex = mutex;
    }

    /**
     * Unlocks the mutex, as {@link Mutex#unlock} does; so not a second time.
     *
     * @throws IllegalMonitorStateException if the calling thread does not own the mutex; then
     *     nothing has changed
     */
    @Override
    public void close() {
      mutex.unlock();
    }
  }

  // Conditions

  /**
   * Makes a condition of this mutex; see the description of the class.
   *
   * @return a new condition, for which nobody waits
   */
  @Override
  public Condition newCondition() {
    return new MutexCondition();
  }

  private final class MutexCondition implements Condition {
    private final PermitSynchronizer.ConditionQueue waiters = sync.new ConditionQueue();

    /** Waits; false if the time was over before the signal. Whatever it needs, it has before. */
    private boolean sleep(boolean interruptible, boolean timed, long nanos)
        throws InterruptedException {
      if (interruptible && Thread.interrupted()) {
        throw new InterruptedException();
      }
      Thread thread = checkOwner();
      PermitSynchronizer.Waiter w = new PermitSynchronizer.Waiter(thread, 1);
      PermitSynchronizer.Waiter again = new PermitSynchronizer.Waiter(thread, 1);
      waiters.add(w);
      try {
        release(thread);
        return waiters.await(w, interruptible, timed, nanos, this);
      } finally {
        if (owner.thread == thread) {
          waiters.remove(w); // the mutex could not be given up
        } else {
          try {
            waiters.reacquire(w, again, owner);
          } finally {
            owner.thread = thread;
            owner.show(thread);
          }
        }
      }
    }

    @Override
    public void await() throws InterruptedException {
      sleep(true, false, 0L);
    }

    @Override
    public void awaitUninterruptibly() {
      try {
        sleep(false, false, 0L);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public long awaitNanos(long nanosTimeout) throws InterruptedException {
      long deadline = System.nanoTime() + Math.max(nanosTimeout, 0L);
      sleep(true, true, Math.max(nanosTimeout, 0L));
      return Math.min(deadline - System.nanoTime(), nanosTimeout);
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
      return sleep(true, true, Math.max(unit.toNanos(time), 0L));
    }

    @Override
    @SuppressWarnings("JavaUtilDate") // as the interface has it
    public boolean awaitUntil(Date deadline) throws InterruptedException {
      long now = System.currentTimeMillis();
      long millis = Math.max(deadline.getTime(), now) - now;
      return sleep(true, true, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public void signal() {
      checkOwner();
      waiters.signal();
    }

    @Override
    public void signalAll() {
      checkOwner();
      while (waiters.signal()) {}
    }

    private Mutex mutex() {
      return Mutex.this;
    }

    private int length() {
      checkOwner();
      return waiters.length();
    }
  }

  // Monitoring

  /**
   * Whether waiting threads are served first-in first-out.
   *
   * @return true if this mutex is fair
   */
  public boolean isFair() {
    return sync.fair;
  }

  /**
   * Whether the mutex is locked. An estimate: it may have changed by the time it is read.
   *
   * @return true if a thread seemed to own the mutex
   */
  public boolean isLocked() {
    return sync.available() == 0;
  }

  /**
   * Whether the calling thread owns the mutex.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return owner.thread == Thread.currentThread();
  }

  /**
   * The thread that seems to own the mutex. An estimate, also null for an instant while the mutex
   * goes from one owner to the next.
   *
   * @return the owner, or null if there seems to be none
   */
  public Thread owner() {
    return isLocked() ? owner.thread : null;
  }

  /**
   * Whether threads seem to be waiting to lock the mutex. An estimate.
   *
   * @return true if there may be threads that wait
   */
  public boolean hasQueuedThreads() {
    return sync.hasQueuedThreads();
  }

  /**
   * Estimates how many threads wait to lock the mutex, those included that a condition has
   * signalled. Takes time in proportion to the answer.
   *
   * @return the estimated length of the queue
   */
  public int getQueueLength() {
    return sync.queueLength();
  }

  /**
   * The threads that seem to wait to lock the mutex, the one that has waited longest first. An
   * estimate.
   *
   * @return a new collection
   */
  public Collection<Thread> getQueuedThreads() {
    return sync.queuedThreads();
  }

  /**
   * Whether threads wait on a condition of this mutex. They may time out or be interrupted at any
   * time, so true does not promise that a signal will find one.
   *
   * @param condition the condition
   * @return true if there are threads that wait
   * @throws IllegalMonitorStateException if the calling thread does not own the mutex
   * @throws IllegalArgumentException if the condition is not one of this mutex
   * @throws NullPointerException if the condition is null
   */
  public boolean hasWaiters(Condition condition) {
    return getWaitQueueLength(condition) != 0;
  }

  /**
   * Estimates how many threads wait on a condition of this mutex. They may time out or be
   * interrupted at any time, so it is an upper bound.
   *
   * @param condition the condition
   * @return the estimated number of threads that wait
   * @throws IllegalMonitorStateException if the calling thread does not own the mutex
   * @throws IllegalArgumentException if the condition is not one of this mutex
   * @throws NullPointerException if the condition is null
   */
  public int getWaitQueueLength(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    if (condition instanceof MutexCondition mine && mine.mutex() == this) {
      return mine.length();
    }
    throw new IllegalArgumentException(this + ": not a condition of this mutex: " + condition);
  }

  /**
   * Identifies this mutex and tells its state at about now, for people to read. The form may
   * change.
   *
   * @return the owner, if there is one, and the mode
   */
  @Override
  public String toString() {
    Thread thread = owner();
    return "Mutex@"
        + Integer.toHexString(hashCode())
        + (isLocked() ? "[locked" : "[unlocked")
        + (thread == null ? "" : " by " + thread)
        + (sync.fair ? ", fair]" : ", non-fair]");
  }
}
