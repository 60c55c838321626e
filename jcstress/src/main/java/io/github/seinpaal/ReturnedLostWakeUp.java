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
 * Whoever waits for all permits to return is told of the last one, also if it comes while the wait
 * begins.
 *
 * <p>The waiter sees a permit missing; the release of it finds nobody waiting; the waiter parks
 * without looking again: it sleeps for ever beside a full semaphore.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ReturnedLostWakeUp[.]}</pre>
 */
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "Every wait ended.")
@Outcome(
    id = "STALE",
    expect = Expect.FORBIDDEN,
    desc = "A waiter slept on though all permits had returned.")
@Outcome(id = "ERROR", expect = Expect.FORBIDDEN, desc = "A method threw.")
public class ReturnedLostWakeUp {
  private ReturnedLostWakeUp() {}

  abstract static class Case {
    private static final int ROUNDS = 200;

    /** Bounds of the random time from the call to the release: before it waits, parks, sleeps. */
    private static final long[] DELAYS = {500, 5_000, 50_000, 150_000};

    final Subject s;
    private volatile int ready;
    private volatile int returned;

    Case(Subject s) {
      this.s = s;
    }

    void rounds() throws InterruptedException {
      for (int i = 1; i <= ROUNDS; i++) {
        if (!s.tryAcquire(2)) {
          throw new IllegalStateException("not all permits have returned");
        }
        ready = i;
        s.awaitReturned();
        returned = i;
      }
    }

    void releases() {
      for (int i = 1; i <= ROUNDS; i++) {
        if (!reached(i, true)) {
          return;
        }
        s.release(1);
        Timing.spin(Timing.upTo(DELAYS[i & 3]));
        s.release(1);
        if (!reached(i, false)) {
          return;
        }
      }
    }

    private boolean reached(int round, boolean before) {
      int start = Timing.ticks();
      for (int n = 0; (before ? ready : returned) < round; n++) {
        if (Timing.ticks() - start > s.patience() / Timing.TICK) {
          return false;
        }
        Timing.pause(n);
      }
      return true;
    }
  }

  /** The toy without a fault. */
  @JCStressTest(Mode.Termination)
  @JCStressMeta(ReturnedLostWakeUp.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2, 2));
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

    /** Fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(ReturnedLostWakeUp.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2, 2));
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

    /** Non-fair. */
    @JCStressTest(Mode.Termination)
    @JCStressMeta(ReturnedLostWakeUp.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2, 2));
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

  /** Parks without looking again. */
  @JCStressTest(Mode.Termination)
  @Outcome(
      id = "TERMINATED",
      expect = Expect.ACCEPTABLE,
      desc = "No release fell into the gap this time.")
  @Outcome(
      id = "STALE",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "A waiter sleeps beside a full semaphore.")
  @Outcome(id = "ERROR", expect = Expect.FORBIDDEN, desc = "A method threw.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, 2, Toy.Fault.LATE_TO_QUEUE));
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
