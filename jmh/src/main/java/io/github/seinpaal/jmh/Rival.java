package io.github.seinpaal.jmh;

import io.github.seinpaal.CountingSemaphore;
import io.github.seinpaal.Permit;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What every rival can do, so that all of them run the same loop.
 *
 * <p>A fork runs one rival. The factories keep the other classes unloaded, so every call here has a
 * single target in that fork and is inlined as a direct call would be.
 */
abstract class Rival {
  /** The names that {@link #of} knows. */
  static final List<String> NAMES =
      List.of(
          "seinpaal", "seinpaalFair", "seinpaalMax", "seinpaalFairMax", "juc", "jucFair", "floor");

  // Keep the reference in the subclass, read by all threads, off the cache line of the semaphore
  // allocated just before it. The int fills the gap behind the object header.
  int pad00;
  long pad01, pad02, pad03, pad04, pad05, pad06, pad07, pad08;
  long pad09, pad10, pad11, pad12, pad13, pad14, pad15, pad16;

  /** Builds the rival of that name with that many permits; the maximum, if any, is the same. */
  static Rival of(String name, int permits) {
    return switch (name) {
      case "seinpaal" -> Seinpaal.create(new CountingSemaphore(permits, false));
      case "seinpaalFair" -> Seinpaal.create(new CountingSemaphore(permits, true));
      case "seinpaalMax" -> Seinpaal.withMaximum(permits, false);
      case "seinpaalFairMax" -> Seinpaal.withMaximum(permits, true);
      case "juc" -> Juc.create(permits, false);
      case "jucFair" -> Juc.create(permits, true);
      case "floor" -> Floor.create(permits);
      default -> throw new IllegalArgumentException("no rival " + name + ", only " + NAMES);
    };
  }

  /** The semaphore itself, for measuring its size. */
  abstract Object subject();

  abstract void acquire() throws InterruptedException;

  abstract void acquire(int permits) throws InterruptedException;

  abstract boolean tryAcquire();

  abstract boolean tryAcquire(long nanos) throws InterruptedException;

  abstract void release();

  abstract void release(int permits);

  abstract int getQueueLength();

  abstract Collection<Thread> getQueuedThreads();

  /** Acquires and releases one permit, by way of a guard if there is such a thing. */
  void acquireAndClose() throws InterruptedException {
    acquire();
    release();
  }

  /** The same with a guard that others may see, so that it has to be allocated. */
  void acquireAndClose(Blackhole others) throws InterruptedException {
    acquire();
    others.consume(this);
    release();
  }

  /** This library. */
  private static final class Seinpaal extends Rival {
    private final CountingSemaphore semaphore;

    private Seinpaal(CountingSemaphore semaphore) {
      this.semaphore = semaphore;
    }

    static Rival create(CountingSemaphore semaphore) {
      return new Seinpaal(semaphore);
    }

    static Rival withMaximum(int permits, boolean fair) {
      return create(
          CountingSemaphore.builder(permits).fair(fair).maxPermits(Math.max(1, permits)).build());
    }

    @Override
    Object subject() {
      return semaphore;
    }

    @Override
    void acquire() throws InterruptedException {
      semaphore.acquire();
    }

    @Override
    void acquire(int permits) throws InterruptedException {
      semaphore.acquire(permits);
    }

    @Override
    boolean tryAcquire() {
      return semaphore.tryAcquire();
    }

    @Override
    boolean tryAcquire(long nanos) throws InterruptedException {
      return semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    void release() {
      semaphore.release();
    }

    @Override
    void release(int permits) {
      semaphore.release(permits);
    }

    @Override
    int getQueueLength() {
      return semaphore.getQueueLength();
    }

    @Override
    Collection<Thread> getQueuedThreads() {
      return semaphore.getQueuedThreads();
    }

    @Override
    void acquireAndClose() throws InterruptedException {
      semaphore.acquirePermit().close();
    }

    @Override
    void acquireAndClose(Blackhole others) throws InterruptedException {
      Permit permit = semaphore.acquirePermit();
      others.consume(permit);
      permit.close();
    }
  }

  /** {@code java.util.concurrent.Semaphore}. */
  private static final class Juc extends Rival {
    private final Visible semaphore;

    /** Shows who is queued. */
    private static final class Visible extends Semaphore {
      private static final long serialVersionUID = 1L;

      Visible(int permits, boolean fair) {
        super(permits, fair);
      }

      @Override
      public Collection<Thread> getQueuedThreads() {
        return super.getQueuedThreads();
      }
    }

    private Juc(Visible semaphore) {
      this.semaphore = semaphore;
    }

    static Rival create(int permits, boolean fair) {
      Visible semaphore = new Visible(permits, fair);
      return new Juc(semaphore);
    }

    @Override
    Object subject() {
      return semaphore;
    }

    @Override
    void acquire() throws InterruptedException {
      semaphore.acquire();
    }

    @Override
    void acquire(int permits) throws InterruptedException {
      semaphore.acquire(permits);
    }

    @Override
    boolean tryAcquire() {
      return semaphore.tryAcquire();
    }

    @Override
    boolean tryAcquire(long nanos) throws InterruptedException {
      return semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    void release() {
      semaphore.release();
    }

    @Override
    void release(int permits) {
      semaphore.release(permits);
    }

    @Override
    int getQueueLength() {
      return semaphore.getQueueLength();
    }

    @Override
    Collection<Thread> getQueuedThreads() {
      return semaphore.getQueuedThreads();
    }
  }

  /**
   * The physical floor: one atomic addition each way. It excludes nobody and never waits; no
   * semaphore built on a shared word can be faster.
   */
  private static final class Floor extends Rival {
    private final AtomicInteger permits;

    private Floor(AtomicInteger permits) {
      this.permits = permits;
    }

    static Rival create(int permits) {
      AtomicInteger word = new AtomicInteger(permits);
      return new Floor(word);
    }

    @Override
    Object subject() {
      return permits;
    }

    @Override
    void acquire() {
      permits.getAndAdd(-1);
    }

    @Override
    void acquire(int n) {
      permits.getAndAdd(-n);
    }

    @Override
    boolean tryAcquire() {
      return permits.getAndAdd(-1) > 0;
    }

    @Override
    boolean tryAcquire(long nanos) {
      LockSupport.parkNanos(nanos);
      return false;
    }

    @Override
    void release() {
      permits.getAndAdd(1);
    }

    @Override
    void release(int n) {
      permits.getAndAdd(n);
    }

    @Override
    int getQueueLength() {
      return 0;
    }

    @Override
    Collection<Thread> getQueuedThreads() {
      return List.of();
    }
  }
}
