package io.github.seinpaal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A semaphore as the tests see it, so that one text of a property serves the model, the library and
 * the faulty toy. A forked test loads one subclass only, so the calls are inlined.
 */
abstract class Subject {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long AFTER_LOSS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * Set once a wait has outlasted the patience: the test has its verdict and need not wait again.
   */
  private static volatile boolean lost;

  abstract void acquire(int permits) throws InterruptedException;

  abstract void acquireUninterruptibly(int permits);

  abstract boolean tryAcquire(int permits);

  abstract boolean tryAcquire(int permits, long nanos) throws InterruptedException;

  abstract void release(int permits);

  abstract int availablePermits();

  abstract int drainPermits();

  abstract void reducePermits(int reduction);

  abstract int getQueueLength();

  // What the JDK's semaphore does not have

  /** Acquires permits that are free, with a guard. */
  Guard guard(int permits) {
    throw new UnsupportedOperationException();
  }

  /** Asks for permits without a thread that waits for them; they are given where they come free. */
  Request request(int permits) {
    throw new UnsupportedOperationException();
  }

  void setMaxPermits(int max) {
    throw new UnsupportedOperationException();
  }

  void shutdown() {
    throw new UnsupportedOperationException();
  }

  boolean isShutdown() {
    throw new UnsupportedOperationException();
  }

  void awaitReturned() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Permits that are given back once. */
  interface Guard {
    void close();

    /** A guard of so many of them, or null if refused. */
    Guard split(int permits);

    /** How many there were, now unguarded; -1 if refused. */
    int forget();
  }

  /** A request without a thread. */
  interface Request {
    /** Whether it is cancelled now; otherwise it has been granted. */
    boolean cancel();

    boolean isGranted();
  }

  /** Acquires; false if the semaphore refuses the request for good. */
  final boolean enter(int permits) {
    try {
      acquire(permits);
      return true;
    } catch (PermitsUnavailableException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** How long a wait that must be granted may take before it counts as lost. */
  long patience() {
    return lost ? AFTER_LOSS : PATIENCE;
  }

  /**
   * Acquires what must be granted; false means that the wake-up was lost. A wait that was over
   * while the process was stopped says nothing and is repeated.
   */
  final boolean take(int permits) {
    long patience;
    int start;
    do {
      patience = patience();
      start = Timing.ticks();
      if (take(permits, patience)) {
        return true;
      }
    } while (Timing.ticks() - start < patience / (2 * Timing.TICK));
    lost = true;
    return false;
  }

  /** A timed attempt by a thread that nobody interrupts. */
  final boolean take(int permits, long nanos) {
    try {
      return tryAcquire(permits, nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Releases; false if refused (the JDK's semaphore refuses an overflow by an {@code Error}). */
  final boolean give(int permits) {
    try {
      release(permits);
      return true;
    } catch (IllegalStateException e) {
      return false;
    } catch (Error e) {
      if (e.getClass() != Error.class) {
        throw e;
      }
      return false;
    }
  }

  /** The JDK's semaphore. */
  static Subject juc(int permits, boolean fair) {
    return new Juc(permits, fair);
  }

  /** The library's, fair. */
  static Subject fair(int permits) {
    return new Actual(new CountingSemaphore(permits, true));
  }

  /** The library's, non-fair. */
  static Subject nonFair(int permits) {
    return new Actual(new CountingSemaphore(permits));
  }

  /** The library's, fair, with a maximum. */
  static Subject fair(int permits, int max) {
    return new Actual(bounded(permits, max).fair(true).build());
  }

  /** The library's, non-fair, with a maximum. */
  static Subject nonFair(int permits, int max) {
    return new Actual(bounded(permits, max).build());
  }

  /** What is granted to a future is given in the thread that brings it about. */
  private static CountingSemaphore.Builder bounded(int permits, int max) {
    return CountingSemaphore.builder(permits).maxPermits(max).executor(Runnable::run);
  }

  /** The toy without a fault: fair, obviously right. */
  static Subject toy(int permits) {
    return new Toy(permits, Integer.MAX_VALUE, Toy.Fault.NONE);
  }

  /** The toy without a fault, with a maximum. */
  static Subject toy(int permits, int max) {
    return new Toy(permits, max, Toy.Fault.NONE);
  }

  /** The toy with a fault. */
  static Subject toy(int permits, Toy.Fault fault) {
    return new Toy(permits, Integer.MAX_VALUE, fault);
  }

  /** The toy with a maximum and a fault. */
  static Subject toy(int permits, int max, Toy.Fault fault) {
    return new Toy(permits, max, fault);
  }

  private static final class Actual extends Subject {
    private final CountingSemaphore semaphore;

    Actual(CountingSemaphore semaphore) {
      this.semaphore = semaphore;
    }

    @Override
    void acquire(int permits) throws InterruptedException {
      if (permits == 1) {
        semaphore.acquire();
      } else {
        semaphore.acquire(permits);
      }
    }

    @Override
    void acquireUninterruptibly(int permits) {
      if (permits == 1) {
        semaphore.acquireUninterruptibly();
      } else {
        semaphore.acquireUninterruptibly(permits);
      }
    }

    @Override
    boolean tryAcquire(int permits) {
      return permits == 1 ? semaphore.tryAcquire() : semaphore.tryAcquire(permits);
    }

    @Override
    boolean tryAcquire(int permits, long nanos) throws InterruptedException {
      return permits == 1
          ? semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS)
          : semaphore.tryAcquire(permits, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    void release(int permits) {
      if (permits == 1) {
        semaphore.release();
      } else {
        semaphore.release(permits);
      }
    }

    @Override
    int availablePermits() {
      return semaphore.availablePermits();
    }

    @Override
    int drainPermits() {
      return semaphore.drainPermits();
    }

    @Override
    void reducePermits(int reduction) {
      semaphore.reducePermits(reduction);
    }

    @Override
    int getQueueLength() {
      return semaphore.getQueueLength();
    }

    @Override
    Guard guard(int permits) {
      return new ActualGuard(semaphore.tryAcquirePermit(permits));
    }

    @Override
    Request request(int permits) {
      return new ActualRequest(semaphore.acquireAsync(permits));
    }

    @Override
    void setMaxPermits(int max) {
      semaphore.setMaxPermits(max);
    }

    @Override
    void shutdown() {
      semaphore.shutdown();
    }

    @Override
    boolean isShutdown() {
      return semaphore.isShutdown();
    }

    @Override
    void awaitReturned() throws InterruptedException {
      if (!semaphore.awaitReturned(Duration.ofSeconds(Long.MAX_VALUE))) {
        throw new IllegalStateException("timed out");
      }
    }
  }

  private record ActualGuard(Permit permit) implements Guard {
    @Override
    public void close() {
      permit.close();
    }

    @Override
    public Guard split(int permits) {
      try {
        return new ActualGuard(permit.split(permits));
      } catch (IllegalStateException closed) {
        return null;
      }
    }

    @Override
    public int forget() {
      try {
        return permit.forget();
      } catch (IllegalStateException closed) {
        return -1;
      }
    }
  }

  private record ActualRequest(CompletableFuture<Permit> future) implements Request {
    @Override
    public boolean cancel() {
      return future.cancel(false);
    }

    @Override
    public boolean isGranted() {
      return future.isDone() && !future.isCompletedExceptionally();
    }
  }

  private static final class Juc extends Subject {
    private final Open semaphore;

    Juc(int permits, boolean fair) {
      this.semaphore = new Open(permits, fair);
    }

    @Override
    void acquire(int permits) throws InterruptedException {
      semaphore.acquire(permits);
    }

    @Override
    void acquireUninterruptibly(int permits) {
      semaphore.acquireUninterruptibly(permits);
    }

    @Override
    boolean tryAcquire(int permits) {
      return semaphore.tryAcquire(permits);
    }

    @Override
    boolean tryAcquire(int permits, long nanos) throws InterruptedException {
      return semaphore.tryAcquire(permits, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    void release(int permits) {
      semaphore.release(permits);
    }

    @Override
    int availablePermits() {
      return semaphore.availablePermits();
    }

    @Override
    int drainPermits() {
      return semaphore.drainPermits();
    }

    @Override
    void reducePermits(int reduction) {
      semaphore.reducePermits(reduction);
    }

    @Override
    int getQueueLength() {
      return semaphore.getQueueLength();
    }

    /** Opens {@code reducePermits}, which the JDK keeps protected. */
    private static final class Open extends Semaphore {
      private static final long serialVersionUID = 1L;

      Open(int permits, boolean fair) {
        super(permits, fair);
      }

      @Override
      protected void reducePermits(int reduction) {
        super.reducePermits(reduction);
      }
    }
  }
}
