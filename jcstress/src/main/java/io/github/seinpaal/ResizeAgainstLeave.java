package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A maximum that grows when a timed wait ends: the new permit is taken by the waiter or is there.
 *
 * <p>The resizing thread has assigned the permit; the waiter wakes by its timeout and goes without
 * looking: the permit belongs to nobody.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ResizeAgainstLeave[.]}</pre>
 */
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "The waiter took it.")
@Outcome(
    id = "false, 1",
    expect = Expect.ACCEPTABLE,
    desc = "The waiter had gone; the permit is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permit was lost or doubled.")
public class ResizeAgainstLeave {
  private ResizeAgainstLeave() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZI_Result r) {
      meeting.meet();
      r.r1 = s.take(1, timeout);
    }

    void second(ZI_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      s.setMaxPermits(2);
    }

    void check(ZI_Result r) {
      r.r2 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ResizeAgainstLeave.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(0, 1));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZI_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(ResizeAgainstLeave.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0, 1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZI_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(ResizeAgainstLeave.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0, 1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZI_Result r) {
        check(r);
      }
    }
  }

  /** Does not look for its grant when its time is over. */
  @JCStressTest
  @Outcome(
      id = {"true, 0", "false, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "They did not meet.")
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The permit was lost.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, 1, Toy.Fault.FORGET_GRANT));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZI_Result r) {
      check(r);
    }
  }
}
