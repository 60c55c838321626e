package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZI_Result;

/**
 * A permit released while one thread drains and another waits for it goes to exactly one of them,
 * or stays.
 *
 * <p>If draining also took the permit that the release has promised to the waiter, it would be held
 * twice; if the waiter that times out did not see its grant, it would be lost.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t DrainAgainstWaiter[.]}</pre>
 */
@Outcome(id = "1, false, 0", expect = Expect.ACCEPTABLE, desc = "Drained.")
@Outcome(id = "0, true, 0", expect = Expect.ACCEPTABLE, desc = "Granted to the waiter.")
@Outcome(id = "0, false, 1", expect = Expect.ACCEPTABLE, desc = "Released too late for both.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permit was lost or doubled.")
public class DrainAgainstWaiter {
  private DrainAgainstWaiter() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(IZI_Result r) {
      meeting.meet();
      r.r2 = s.take(1, timeout);
    }

    void second(IZI_Result r) {
      meeting.meet();
      Third.start(() -> s.release(1));
      Timing.spin(Timing.upTo(3_000));
      r.r1 = s.drainPermits();
      Third.join();
    }

    void check(IZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(DrainAgainstWaiter.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(0, true));
    }

    @Actor
    public void actor1(IZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IZI_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(DrainAgainstWaiter.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0));
      }

      @Actor
      public void actor1(IZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IZI_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(DrainAgainstWaiter.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0));
      }

      @Actor
      public void actor1(IZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IZI_Result r) {
        check(r);
      }
    }
  }

  /** Takes and gives in two steps. */
  @JCStressTest
  @Outcome(
      id = {"1, false, 0", "0, true, 0", "0, false, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "The sum is right this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "The permit was lost or doubled.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.RACY));
    }

    @Actor
    public void actor1(IZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IZI_Result r) {
      check(r);
    }
  }
}
