package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/**
 * A release is never lost to a waiter that is about to park: whoever waits for permits that were
 * released returns.
 *
 * <p>The waiter sees no permit; the release finds no waiter; the waiter joins the queue and parks
 * without looking again: it sleeps for ever beside a free permit. The split releases of a request
 * of three add the gap between its first and its last permit.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t LostWakeUp[.]}</pre>
 */
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "Every wait ended.")
@Outcome(
    id = "STALE",
    expect = Expect.FORBIDDEN,
    desc = "A waiter slept on though its permits had been released.")
@Outcome(id = "ERROR", expect = Expect.FORBIDDEN, desc = "A method threw.")
public class LostWakeUp {
  private LostWakeUp() {}

  abstract static class Case {
    private static final int ROUNDS = 200;

    /** Bounds of the random time from the call to the release: before it waits, parks, sleeps. */
    private static final long[] DELAYS = {500, 5_000, 50_000, 150_000};

    final Subject s;
    private final int permits;
    private volatile int ready;
    private volatile int taken;

    Case(Subject s, int permits) {
      this.s = s;
      this.permits = permits;
    }

    abstract void take(int permits) throws InterruptedException;

    void rounds() throws InterruptedException {
      for (int i = 1; i <= ROUNDS; i++) {
        ready = i;
        take(permits);
        taken = i;
      }
    }

    void releases() {
      for (int i = 1; i <= ROUNDS; i++) {
        if (!reached(i, true)) {
          return;
        }
        Timing.spin(Timing.upTo(DELAYS[i & 3]));
        for (int n = 0; n < permits; n++) {
          s.release(1);
        }
        if (!reached(i, false)) {
          return;
        }
      }
    }

    private boolean reached(int round, boolean before) {
      int start = Timing.ticks();
      for (int n = 0; (before ? ready : taken) < round; n++) {
        if (Timing.ticks() - start > s.patience() / Timing.TICK) {
          return false;
        }
        Timing.pause(n);
      }
      return true;
    }
  }

  /** Waits interruptibly. */
  abstract static class Interruptible extends Case {
    Interruptible(Subject s, int permits) {
      super(s, permits);
    }

    @Override
    void take(int permits) throws InterruptedException {
      s.acquire(permits);
    }
  }

  /** Waits uninterruptibly. */
  abstract static class Uninterruptible extends Case {
    Uninterruptible(Subject s, int permits) {
      super(s, permits);
    }

    @Override
    void take(int permits) {
      s.acquireUninterruptibly(permits);
    }
  }

  /** Waits for as long as a timeout can say. */
  abstract static class Timed extends Case {
    Timed(Subject s, int permits) {
      super(s, permits);
    }

    @Override
    void take(int permits) throws InterruptedException {
      if (!s.tryAcquire(permits, Long.MAX_VALUE)) {
        throw new IllegalStateException("timed out");
      }
    }
  }

  /** Both sides acquire and release one permit, so that a release also meets a barger. */
  abstract static class Contended extends Case {
    Contended(Subject s) {
      super(s, 1);
    }

    @Override
    void take(int permits) {
      s.acquireUninterruptibly(permits);
    }

    @Override
    void rounds() throws InterruptedException {
      for (int i = 0; i < 1_000; i++) {
        if ((i & 1) == 0) {
          s.acquire(1);
        } else {
          s.acquireUninterruptibly(1);
        }
        s.release(1);
      }
    }

    @Override
    void releases() {
      for (int i = 0; i < 1_000; i++) {
        if (!s.take(1)) {
          return;
        }
        s.release(1);
      }
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest(Mode.Termination)
  @JCStressMeta(LostWakeUp.class)
  @State
  public static class Model extends Interruptible {
    public Model() {
      super(Subject.juc(0, true), 1);
    }

    @Actor
    public void actor() throws InterruptedException {
      rounds();
    }

    @Signal
    public void signal() {
      releases();
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** {@code acquire()}. Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class InterruptibleFair extends Interruptible {
      public InterruptibleFair() {
        super(Subject.fair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code acquire()}. Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class InterruptibleNonFair extends Interruptible {
      public InterruptibleNonFair() {
        super(Subject.nonFair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code acquireUninterruptibly()}. Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class UninterruptibleFair extends Uninterruptible {
      public UninterruptibleFair() {
        super(Subject.fair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code acquireUninterruptibly()}. Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class UninterruptibleNonFair extends Uninterruptible {
      public UninterruptibleNonFair() {
        super(Subject.nonFair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code tryAcquire} with the longest timeout. Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class TimedFair extends Timed {
      public TimedFair() {
        super(Subject.fair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code tryAcquire} with the longest timeout. Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class TimedNonFair extends Timed {
      public TimedNonFair() {
        super(Subject.nonFair(0), 1);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code acquire(3)} against three releases of one. Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class WeightedFair extends Interruptible {
      public WeightedFair() {
        super(Subject.fair(0), 3);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** {@code acquire(3)} against three releases of one. Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class WeightedNonFair extends Interruptible {
      public WeightedNonFair() {
        super(Subject.nonFair(0), 3);
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** Acquires and releases on both sides. Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class ContendedFair extends Contended {
      public ContendedFair() {
        super(Subject.fair(1));
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }

    /** Acquires and releases on both sides. Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(LostWakeUp.class)
    @State
    public static class ContendedNonFair extends Contended {
      public ContendedNonFair() {
        super(Subject.nonFair(1));
      }

      @Actor
      public void actor() throws InterruptedException {
        rounds();
      }

      @Signal
      public void signal() {
        releases();
      }
    }
  }

  /** Joins the queue without looking again. */
  @JCStressTest(Mode.Termination)
  @Outcome(
      id = "TERMINATED",
      expect = Expect.ACCEPTABLE,
      desc = "No release fell into the gap this time.")
  @Outcome(
      id = "STALE",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "A waiter sleeps beside a free permit.")
  @Outcome(id = "ERROR", expect = Expect.FORBIDDEN, desc = "A method threw.")
  @State
  public static class Weakened extends Interruptible {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.LATE_TO_QUEUE), 1);
    }

    @Actor
    public void actor() throws InterruptedException {
      rounds();
    }

    @Signal
    public void signal() {
      releases();
    }
  }
}
