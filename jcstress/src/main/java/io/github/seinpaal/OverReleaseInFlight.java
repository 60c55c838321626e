package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * A release of a permit that nobody holds succeeds only while another thread holds one; then it is
 * the other one that is refused. Never both, never above the maximum.
 *
 * <p>If the held permits were counted in another word than the free ones, the bogus release could
 * slip in between the two changes of an acquire or a release.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t OverReleaseInFlight[.]}</pre>
 */
@Outcome(
    id = {"true, false, 2", "false, true, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "One of the two releases was refused; the semaphore is full.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Both succeeded, both were refused, or the count is wrong.")
public class OverReleaseInFlight {
  private OverReleaseInFlight() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      if (s.take(1)) {
        r.r1 = s.give(1);
      }
    }

    void second(ZZI_Result r) {
      meeting.meet();
      r.r2 = s.give(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(OverReleaseInFlight.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2, 2));
    }

    @Actor
    public void actor1(ZZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZI_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(OverReleaseInFlight.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2, 2));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(OverReleaseInFlight.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2, 2));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }
  }

  /** Checks in one step and adds in another. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 2", "false, true, 2"},
      expect = Expect.ACCEPTABLE,
      desc = "One was refused this time.")
  @Outcome(
      id = "true, true, 3",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Above the maximum.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, 2, Toy.Fault.CHECK_THEN_ADD));
    }

    @Actor
    public void actor1(ZZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZI_Result r) {
      check(r);
    }
  }
}
