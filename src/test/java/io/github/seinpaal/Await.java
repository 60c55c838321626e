package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.function.BooleanSupplier;

/** Waits for conditions, by polling, until a limit that only a hang reaches. */
final class Await {
  /** How long a condition may take on a busy machine before it counts as never. */
  static final long LIMIT_NANOS = SECONDS.toNanos(30);

  private Await() {}

  /** Returns once the condition holds; fails if it does not come to hold. */
  static void until(String condition, BooleanSupplier holds) {
    if (!within(LIMIT_NANOS, holds)) {
      throw new AssertionError("never came true: " + condition);
    }
  }

  /** Whether the condition came to hold within the time. */
  static boolean within(long nanos, BooleanSupplier holds) {
    long start = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - start > nanos) {
        return holds.getAsBoolean();
      }
      Thread.yield();
    }
    return true;
  }

  /** Returns once exactly so many requests are queued. */
  static void queued(CountingSemaphore s, int length) {
    if (!within(LIMIT_NANOS, () -> s.getQueueLength() == length)) {
      throw new AssertionError(
          "queue length " + s.getQueueLength() + " instead of " + length + " in " + s);
    }
  }
}
