package io.github.seinpaal;

/**
 * A third thread beside the two actors. jcstress leaves out tests of three actors where there are
 * only two processors; this thread takes part everywhere. It polls for its work instead of parking:
 * an unpark meant for the poll could otherwise end a wait in the semaphore and hide a lost wake-up.
 */
final class Third {
  private static volatile Runnable job;
  private static volatile Throwable failure;

  static {
    Thread thread = new Thread(Third::loop, "third");
    thread.setDaemon(true);
    thread.start();
  }

  private Third() {}

  /** Starts the job; the same actor calls {@link #join} before it returns. */
  static void start(Runnable work) {
    job = work;
  }

  /** Waits until the job has ended. */
  static void join() {
    for (int i = 0; job != null; i++) {
      Timing.pause(i);
    }
    if (failure != null) {
      throw new IllegalStateException("the third thread failed", failure);
    }
  }

  @SuppressWarnings("StaticAssignmentOfThrowable") // kept for the thread that asked for the job
  private static void loop() {
    for (int i = 0; ; i++) {
      Runnable work = job;
      if (work == null) {
        Timing.pause(i);
        continue;
      }
      try {
        work.run();
      } catch (Throwable t) {
        failure = t;
      }
      job = null;
      i = 0;
    }
  }
}
