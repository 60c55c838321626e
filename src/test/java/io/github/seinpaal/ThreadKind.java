package io.github.seinpaal;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/** The kinds of thread that waiters run on. Virtual threads exist from feature version 21. */
enum ThreadKind {
  PLATFORM {
    @Override
    Thread start(Runnable body) {
      Thread thread = new Thread(null, body, "platform-waiter", 0);
      thread.setDaemon(true);
      thread.start();
      return thread;
    }
  },
  VIRTUAL {
    @Override
    Thread start(Runnable body) {
      try {
        return (Thread) START_VIRTUAL_THREAD.invokeExact(body);
      } catch (Throwable e) {
        throw new AssertionError("a virtual thread could not be started", e);
      }
    }
  };

  private static final MethodHandle START_VIRTUAL_THREAD = findStartVirtualThread();

  /** Starts a daemon thread of this kind. */
  abstract Thread start(Runnable body);

  /** The kinds that this runtime has. */
  static List<ThreadKind> available() {
    return START_VIRTUAL_THREAD == null ? List.of(PLATFORM) : List.of(PLATFORM, VIRTUAL);
  }

  private static MethodHandle findStartVirtualThread() {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    try {
      return MethodHandles.publicLookup()
          .findStatic(Thread.class, "startVirtualThread", methodType(Thread.class, Runnable.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
