package io.github.seinpaal.jmh;

import com.google.gson.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One measurement of {@link FairnessCommand}, in a process of its own: the loop of S1 with every
 * acquire timed, the operations of each thread counted, and overtakings looked for.
 *
 * <p>An overtaking is a thread that got the permit although another one had been parked in its
 * acquire before the first one called its own. To see it, a thread looks who is parked, acquires,
 * and looks again while it holds the permit: whoever is still at the same turn has been passed.
 * With one permit that is exact, since who has had it in between has begun another turn before it
 * let go; it does not see those passed before they parked. Looking each time would be most of the
 * loop, so it is done now and then.
 */
final class Fairness {
  private static final int LOOK_EVERY = 16;
  private static final int STRIDE = 16; // longs between two threads' turns: no shared cache line
  private static final int WARM_UP_SECONDS = 1;

  private final Rival semaphore;
  private final boolean looks;
  private final int work;
  private final Worker[] workers;
  private final AtomicLongArray turns; // each written by its worker; odd: it acquires
  private volatile boolean stop;

  private Fairness(String rival, int threads, int permits, int work) {
    this.semaphore = Rival.of(rival, permits);
    this.looks = permits == 1;
    this.work = work;
    this.workers = new Worker[threads];
    this.turns = new AtomicLongArray(threads * STRIDE);
  }

  /** How long a measurement of so many seconds takes in all. */
  static int totalSeconds(int seconds) {
    return seconds + WARM_UP_SECONDS;
  }

  /** Arguments: rival, threads, permits, work, seconds. The last line printed is JSON. */
  public static void main(String[] args) throws InterruptedException {
    String rival = args[0];
    int threads = Integer.parseInt(args[1]);
    int permits = Integer.parseInt(args[2]);
    int work = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    System.out.println("warming up");
    new Fairness(rival, threads, permits, work).run(WARM_UP_SECONDS);
    System.out.println("measuring");
    JsonObject result = new Fairness(rival, threads, permits, work).run(seconds);
    result.addProperty("rival", rival);
    result.addProperty("threads", threads);
    result.addProperty("permits", permits);
    result.addProperty("work", work);
    result.addProperty("seconds", seconds);
    result.addProperty("processors", Runtime.getRuntime().availableProcessors());
    result.addProperty("jdkVersion", System.getProperty("java.version"));
    System.out.println(result);
    System.exit(0);
  }

  private JsonObject run(int seconds) throws InterruptedException {
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i);
    }
    for (Worker worker : workers) {
      worker.start();
    }
    TimeUnit.SECONDS.sleep(seconds);
    stop = true; // a wait that is not over yet counts in full when it is
    Waits all = new Waits();
    long operations = 0;
    long least = Long.MAX_VALUE;
    long most = 0;
    long looked = 0;
    long overtaken = 0;
    for (Worker worker : workers) {
      worker.join();
      all.add(worker.waits);
      operations += worker.operations;
      least = Math.min(least, worker.operations);
      most = Math.max(most, worker.operations);
      looked += worker.looked;
      overtaken += worker.overtaken;
    }
    JsonObject result = new JsonObject();
    result.addProperty("operations", operations);
    result.addProperty("leastOfOneThread", least);
    result.addProperty("mostOfOneThread", most);
    result.addProperty("longestNanos", all.longest);
    result.addProperty("p50Nanos", all.percentile(0.5));
    result.addProperty("p9999Nanos", all.percentile(0.9999));
    if (looks) {
      result.addProperty("queuedSeen", looked);
      result.addProperty("overtaken", overtaken);
    }
    return result;
  }

  /** One thread of the loop. What it counts is read once it has ended. */
  private final class Worker extends Thread {
    private final int index;
    private final Work local = new Work();
    private final Waits waits = new Waits();
    private final int[] queued;
    private final long[] turnsBefore;
    private long operations;
    private long looked;
    private long overtaken;

    Worker(int index) {
      super("worker-" + index);
      this.index = index;
      this.queued = new int[workers.length];
      this.turnsBefore = new long[workers.length];
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        for (long turn = 1; !stop; turn += 2) {
          int others = looks && operations % LOOK_EVERY == 0 ? look() : 0;
          long start = System.nanoTime();
          turns.setRelease(index * STRIDE, turn);
          semaphore.acquire();
          turns.setRelease(index * STRIDE, turn + 1);
          long wait = System.nanoTime() - start;
          if (others > 0) {
            lookAgain(others);
          }
          local.run(work);
          semaphore.release();
          local.run(work);
          waits.add(wait);
          operations++;
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts", e);
      }
    }

    private int look() {
      int n = 0;
      for (int other = 0; other < workers.length; other++) {
        turnsBefore[other] = turns.getAcquire(other * STRIDE);
      }
      for (Thread thread : semaphore.getQueuedThreads()) {
        int other = ((Worker) thread).index;
        long turn = turns.getAcquire(other * STRIDE);
        if (turn == turnsBefore[other] && (turn & 1) == 1) { // else it may be a queue of the past
          queued[n] = other;
          n++;
        }
      }
      return n;
    }

    private void lookAgain(int others) {
      looked += others;
      for (int i = 0; i < others; i++) {
        if (turns.getAcquire(queued[i] * STRIDE) == turnsBefore[queued[i]]) {
          overtaken++;
        }
      }
    }
  }

  /** Waits by length, in 32 steps for each doubling. */
  private static final class Waits {
    private static final int STEP_BITS = 5;

    private final long[] counts = new long[Long.SIZE << STEP_BITS];
    private long longest;

    void add(long nanos) {
      longest = Math.max(longest, nanos);
      counts[step(nanos)]++;
    }

    void add(Waits other) {
      longest = Math.max(longest, other.longest);
      for (int i = 0; i < counts.length; i++) {
        counts[i] += other.counts[i];
      }
    }

    private static int step(long nanos) {
      long n = Math.max(nanos, 0) + (1 << STEP_BITS); // so that every step has a full width
      int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(n);
      return (power << STEP_BITS) + (int) (n >>> (power - STEP_BITS)) - (1 << STEP_BITS);
    }

    /** The end of the step that the given share of all waits does not exceed. */
    long percentile(double share) {
      long total = 0;
      for (long count : counts) {
        total += count;
      }
      long need = Math.max(1, (long) Math.ceil(share * total));
      for (int i = 0; i < counts.length; i++) {
        need -= counts[i];
        if (need <= 0) {
          int power = i >>> STEP_BITS;
          long mantissa = (i & ((1 << STEP_BITS) - 1)) + (1L << STEP_BITS) + 1;
          return Math.min((mantissa << (power - STEP_BITS)) - (1 << STEP_BITS), longest);
        }
      }
      return longest;
    }
  }
}
