package io.github.seinpaal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A guard of permits that were acquired from a {@link CountingSemaphore}: {@link #close()} releases
 * them, once.
 *
 * <pre>{@code
 * try (Permit permit = connections.acquirePermit()) {
 *   return work.get();
 * }
 * }</pre>
 *
 * <p>A guard may be passed to another thread, and closed there. It can be closed any number of
 * times, from any threads: the first to do so releases. What is never closed is never released.
 *
 * <p>All methods are thread-safe. What a thread does before it closes a guard <i>happens-before</i>
 * what follows the acquire that takes its permits.
 *
 * @see CountingSemaphore#acquirePermit()
 * @see CountingSemaphore#tryAcquirePermit()
 * @see CountingSemaphore#acquireAsync()
 */
public final class Permit implements AutoCloseable {
  private static final int CLOSED = -1;

  private static final VarHandle COUNT =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "count", VarHandle.class, Permit.class, int.class);

  private final CountingSemaphore semaphore;

  /** Or CLOSED. Plain in the constructor and where nothing may throw, else volatile by COUNT. */
  @SuppressWarnings("UnusedVariable")
  private int count;

  Permit(CountingSemaphore semaphore, int count) {
    this.semaphore = semaphore;
    this.count = count;
  }

  /**
   * How many permits this guards.
   *
   * @return the number, zero once closed or forgotten
   */
  public int count() {
    return Math.max((int) COUNT.getVolatile(this), 0);
  }

  /**
   * Releases the permits, unless that has been done or the permits have been {@link #forget()
   * forgotten}.
   *
   * @throws IllegalStateException if the semaphore refuses the release, since somebody has released
   *     more than was acquired; this guard is closed all the same
   */
  @Override
  public void close() {
    int n = (int) COUNT.getAndSet(this, CLOSED);
    if (n > 0) {
      int added = -1;
      try {
        added = semaphore.add(n);
      } finally {
        if (added < 0) {
          count = n; // thrown for want of stack: nothing has been released
        }
      }
      semaphore.added(this, n, added);
    }
  }

  /**
   * Moves some of the permits to a new guard.
   *
   * @param permits how many, at least one and fewer than this guards
   * @return a guard of that many, of the same semaphore; this one guards the rest
   * @throws IllegalStateException if this is closed or forgotten
   * @throws IllegalArgumentException if {@code permits} is below one, or not below the count
   */
  public Permit split(int permits) {
    Permit part = new Permit(semaphore, 0);
    semaphore.track(part, this);
    boolean done = false;
    try {
      for (int c; !done; done = COUNT.compareAndSet(this, c, c - permits)) {
        c = checkOpen();
        if (permits < 1 || permits >= c) {
          throw new IllegalArgumentException(this + ": cannot split off " + permits);
        }
      }
      COUNT.setVolatile(part, permits);
    } finally {
      if (!done) {
        semaphore.untrack(part);
      }
    }
    return part;
  }

  /**
   * Gives up the guard, not the permits: from now on it is the caller who has to release them.
   *
   * @return how many permits this guarded
   * @throws IllegalStateException if this is closed or already forgotten
   */
  public int forget() {
    int c;
    do {
      c = checkOpen();
    } while (!COUNT.compareAndSet(this, c, CLOSED));
    semaphore.untrack(this);
    return c;
  }

  /**
   * The semaphore that the permits are of.
   *
   * @return the semaphore
   */
  public CountingSemaphore semaphore() {
    return semaphore;
  }

  /**
   * Identifies this guard and tells what it guards at about now, for people to read.
   *
   * @return the number of permits, or that it is closed; and the semaphore
   */
  @Override
  public String toString() {
    int c = (int) COUNT.getVolatile(this);
    return "Permit@"
        + Integer.toHexString(hashCode())
        + (c == CLOSED ? "[closed, of " : "[" + c + " of ")
        + semaphore
        + "]";
  }

  private int checkOpen() {
    int c = (int) COUNT.getVolatile(this);
    if (c == CLOSED) {
      throw new IllegalStateException(this + ": already closed or forgotten");
    }
    return c;
  }
}
