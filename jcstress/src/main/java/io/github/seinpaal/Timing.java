package io.github.seinpaal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Busy waits, which bring the two sides of a race to the same moment without parking anybody, and a
 * clock for hangs.
 */
final class Timing {
  private static final int SPINS = 200;
  private static final long MICRO = 1_000L;
  private static final int HANG = 250; // ticks

  /** The length of a tick, in nanoseconds. */
  static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

  private static volatile int ticks;
  private static volatile int lastMeeting;
  private static volatile boolean meetings;

  static {
    Thread ticker = new Thread(Timing::tick, "ticker");
    ticker.setDaemon(true);
    ticker.start();
  }

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

  /**
   * Stands between the two steps of a fault, so that the gap is met in a short run too: spins, or
   * lets another run, for on a busy machine the other side may have no processor.
   */
  static void gap() {
    if (upTo(8) == 0) {
      Thread.yield();
    } else {
      spin(2 * MICRO);
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

  /**
   * Time in which this process could run, in ticks: it stands still while the process is stopped or
   * starved, where a clock would call every wait lost.
   */
  static int ticks() {
    return ticks;
  }

  /**
   * Ticks, and ends a virtual machine in which the actors have not met for a while: it hangs,
   * perhaps where jcstress sets no time limit. It prints its threads; jcstress counts a hard error.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private static void tick() {
    while (!meetings || ticks - lastMeeting < HANG) {
      LockSupport.parkNanos(TICK);
      ticks++;
    }
    StringBuilder dump = new StringBuilder("hang:");
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              dump.append("\n").append(thread);
              for (StackTraceElement frame : stack) {
                dump.append("\n    ").append(frame);
              }
            });
    System.err.println(dump);
    Runtime.getRuntime().halt(99);
  }

  /** Brings the two actors of a test to the same point. */
  static final class Meeting {
    private final AtomicInteger awaited = new AtomicInteger(2);

    /** Waits for the other. */
    void meet() {
      if (awaited.decrementAndGet() == 0) {
        lastMeeting = ticks;
        meetings = true;
        return;
      }
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
