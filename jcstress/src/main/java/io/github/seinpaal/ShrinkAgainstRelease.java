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
 * While the maximum shrinks, the release of a permit that is held succeeds, and one more is
 * refused.
 *
 * <p>If the maximum were changed in one step and the permits in another, the release would find the
 * semaphore full.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ShrinkAgainstRelease[.]}</pre>
 */
@Outcome(
    id = "true, 1, false",
    expect = Expect.ACCEPTABLE,
    desc = "Released; one more was refused.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A permit was lost or invented.")
public class ShrinkAgainstRelease {
  private ShrinkAgainstRelease() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZIZ_Result r) {
      meeting.meet();
      s.setMaxPermits(1);
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
  @JCStressMeta(ShrinkAgainstRelease.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(1, 2));
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
    @JCStressMeta(ShrinkAgainstRelease.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1, 2));
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
    @JCStressMeta(ShrinkAgainstRelease.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1, 2));
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
  @Outcome(id = "true, 1, false", expect = Expect.ACCEPTABLE, desc = "Released this time.")
  @Outcome(
      id = "false, 0, true",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Refused, though it was held.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, 2, Toy.Fault.RESIZE_IN_STEPS));
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
