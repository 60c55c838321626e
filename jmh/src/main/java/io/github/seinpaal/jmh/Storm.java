package io.github.seinpaal.jmh;

import com.google.gson.JsonObject;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One measurement of {@link StormCommand}, in a process of its own. */
final class Storm {
  /** What makes the waiters leave. */
  enum Kind {
    /** One deadline for all. */
    timeout,
    /** An interrupt each, in random order. */
    interrupt
  }

  private static final int WARM_UP_ROUNDS = 3;
  private static final int WARM_UP_WAITERS = 2_000;

  private final Kind kind;
  private final Rival semaphore; // null: bare parking
  private final long[] backAt; // nanoTime at which each waiter was back; by its own thread
  private final CountDownLatch back;
  private final boolean virtual;
  private long deadline; // of the timed ones; written before the threads start

  private Storm(Kind kind, String rival, int waiters, boolean virtual) {
    this.kind = kind;
    this.semaphore = rival.equals("park") ? null : Rival.of(rival, 0);
    this.backAt = new long[waiters];
    this.back = new CountDownLatch(waiters);
    this.virtual = virtual;
  }

  /**
   * Time from the first start to the deadline: the timeout, and what it takes to start the waiters,
   * 10 µs for a virtual thread and 200 µs for another.
   */
  static long leadMillis(int waiters, long timeoutMillis, boolean virtual) {
    return timeoutMillis + waiters / (virtual ? 100 : 5);
  }

  /** Arguments: kind, rival, waiters, timeout in milliseconds. The last line printed is JSON. */
  public static void main(String[] args) throws InterruptedException {
    Kind kind = Kind.valueOf(args[0]);
    String rival = args[1];
    boolean virtual = Waiters.virtualAvailable();
    int waiters = Integer.parseInt(args[2]);
    long timeoutMillis = Long.parseLong(args[3]);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      System.out.println("warming up");
      new Storm(kind, rival, Math.min(waiters, WARM_UP_WAITERS), virtual).run(100);
    }
    JsonObject result = new Storm(kind, rival, waiters, virtual).run(timeoutMillis);
    result.addProperty("rival", rival);
    result.addProperty("jdkVersion", System.getProperty("java.version"));
    System.out.println(result);
    System.exit(0);
  }

  private JsonObject run(long timeoutMillis) throws InterruptedException {
    int waiters = backAt.length;
    deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(leadMillis(waiters, timeoutMillis, virtual));
    System.out.println("starting " + waiters);
    Thread[] threads = new Thread[waiters];
    for (int i = 0; i < waiters; i++) {
      int index = i;
      threads[i] = Waiters.start(virtual, () -> waiter(index));
    }
    boolean allBlocked =
        Waiters.awaitBlocked(
            threads, kind == Kind.timeout ? deadline : deadline + TimeUnit.SECONDS.toNanos(60));
    long start = deadline;
    if (kind == Kind.interrupt) {
      int[] order = shuffled(waiters);
      start = System.nanoTime();
      for (int i : order) {
        threads[i].interrupt();
      }
    }
    while (!back.await(1, TimeUnit.SECONDS)) {
      System.out.println(waiters - back.getCount() + " of " + waiters + " back");
    }
    long last = Long.MIN_VALUE;
    for (long at : backAt) {
      last = Math.max(last, at - start);
    }
    JsonObject result = new JsonObject();
    result.addProperty("kind", kind.name());
    result.addProperty("waiters", waiters);
    result.addProperty("threads", virtual ? "virtual" : "platform");
    result.addProperty("lastSeconds", last / 1e9);
    result.addProperty("allBlocked", allBlocked);
    return result;
  }

  private void waiter(int index) {
    try {
      if (kind == Kind.timeout) {
        waitUntilDeadline();
      } else {
        waitForInterrupt();
      }
    } catch (InterruptedException e) {
      // The end of the wait.
    }
    backAt[index] = System.nanoTime();
    back.countDown();
  }

  private void waitUntilDeadline() throws InterruptedException {
    long left = deadline - System.nanoTime();
    if (semaphore != null) {
      semaphore.tryAcquire(left);
      return;
    }
    while (left > 0) {
      LockSupport.parkNanos(this, left);
      left = deadline - System.nanoTime();
    }
  }

  private void waitForInterrupt() throws InterruptedException {
    if (semaphore != null) {
      semaphore.acquire();
      return;
    }
    while (!Thread.interrupted()) {
      LockSupport.park(this);
    }
  }

  private static int[] shuffled(int size) {
    SplittableRandom random = new SplittableRandom(size);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
