package io.github.seinpaal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Busy waits: they bring the two sides of a race to the same moment without parking anybody. */
final class Timing {
  private static final int SPINS = 200;
  private static final long MICRO = 1_000L;

  private Timing() {}

  /** One step of a busy wait; after some steps it lets others have the processor. */
  static void pause(int step) {
    if (step < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Spins for about that long. */
  static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  /** A random time below the bound. */
  static long upTo(long nanos) {
    return ThreadLocalRandom.current().nextLong(nanos);
  }

  /**
   * A short timeout: half of them so short that a waiter may not park at all, half long enough that
   * it does.
   */
  static long shortTimeout() {
    return ThreadLocalRandom.current().nextBoolean()
        ? upTo(5 * MICRO)
        : 55 * MICRO + upTo(30 * MICRO);
  }

  /**
   * When to act so as to meet the end of a wait with that timeout: about the deadline, or the late
   * wake-up.
   */
  static long around(long timeout) {
    return timeout < 50 * MICRO ? upTo(timeout + 3 * MICRO) : timeout + upTo(80 * MICRO);
  }

  /** Brings the two actors of a test to the same point. */
  static final class Meeting {
    private final AtomicInteger awaited = new AtomicInteger(2);

    /** Waits for the other. */
    void meet() {
      awaited.getAndDecrement();
      for (int i = 0; awaited.get() > 0; i++) {
        pause(i);
      }
    }
  }

  /** Waits until so many wait in the queue, or a little while: a waiter may come and go unseen. */
  static void awaitQueue(Subject semaphore, int length) {
    awaitQueue(semaphore, length, () -> false);
  }

  /** As above, or until that is so. */
  static void awaitQueue(Subject semaphore, int length, BooleanSupplier over) {
    long start = System.nanoTime();
    for (int i = 0; semaphore.getQueueLength() < length && !over.getAsBoolean(); i++) {
      if (System.nanoTime() - start > 200 * MICRO) {
        return;
      }
      pause(i);
    }
  }
}
