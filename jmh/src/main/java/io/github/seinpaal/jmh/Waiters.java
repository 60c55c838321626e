package io.github.seinpaal.jmh;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that wait: virtual ones where the JDK has them, looked up so that release 17 compiles.
 */
final class Waiters {
  /** The most platform threads that we start to stand in a queue. */
  static final int MOST_PLATFORM = 4_000;

  private static final MethodHandle START_VIRTUAL = findStartVirtual();

  private Waiters() {}

  /** Whether this JDK has virtual threads (21 and later, not as a preview). */
  static boolean virtualAvailable() {
    return START_VIRTUAL != null;
  }

  /** Starts a thread. */
  static Thread start(boolean virtual, Runnable task) {
    if (virtual) {
      try {
        return (Thread) START_VIRTUAL.invokeExact(task);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot start a virtual thread", e);
      }
    }
    Thread thread = new Thread(null, task, "waiter", 64 * 1024);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Whether all threads were seen blocked before the {@code nanoTime} given. */
  static boolean awaitBlocked(Thread[] threads, long deadline) {
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        if (deadline - System.nanoTime() <= 0) {
          return false;
        }
        LockSupport.parkNanos(200_000);
      }
    }
    return true;
  }

  private static MethodHandle findStartVirtual() {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Thread.class,
              "startVirtualThread",
              MethodType.methodType(Thread.class, Runnable.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
