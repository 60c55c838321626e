package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/**
 * While the maximum grows, a release of a permit that nobody holds is refused, as before and after.
 *
 * <p>If the maximum were changed in one step and the permits in another, the release would find
 * room that is not there: one permit too many.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ResizeAgainstRelease[.]}</pre>
 */
@Outcome(
    id = "false, 3, false",
    expect = Expect.ACCEPTABLE,
    desc = "Both were refused; the semaphore is full.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A permit was invented or lost.")
public class ResizeAgainstRelease {
  private ResizeAgainstRelease() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZIZ_Result r) {
      meeting.meet();
      s.setMaxPermits(3);
    }

    void second(ZIZ_Result r) {
      meeting.meet();
      r.r1 = s.give(1);
    }

    void check(ZIZ_Result r) {
      r.r2 = s.availablePermits();
      r.r3 = s.give(1);
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ResizeAgainstRelease.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2, 2));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(ResizeAgainstRelease.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2, 2));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(ResizeAgainstRelease.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2, 2));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }
  }

  /** Changes the maximum, then the permits. */
  @JCStressTest
  @Outcome(id = "false, 3, false", expect = Expect.ACCEPTABLE, desc = "Refused this time.")
  @Outcome(
      id = "true, 4, false",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Above the maximum.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, 2, Toy.Fault.RESIZE_IN_STEPS));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }
}
