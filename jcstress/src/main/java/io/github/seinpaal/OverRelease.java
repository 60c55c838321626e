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
 * With room for one permit, exactly one of two releases succeeds; the refused one changes nothing.
 * The same holds at the largest integer where there is no maximum.
 *
 * <p>If the maximum were checked in one step and the permit added in another, both releases could
 * see the room for one.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t OverRelease[.]}</pre>
 */
@Outcome(
    id = {"true, false, 0", "false, true, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "One was refused; the semaphore is full.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Both succeeded, both were refused, or a refused release changed something.")
public class OverRelease {
  private OverRelease() {}

  abstract static class Case {
    final Subject s;
    private final int max;
    private final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s, int max) {
      this.s = s;
      this.max = max;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.give(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      r.r2 = s.give(1);
    }

    void check(ZZI_Result r) {
      r.r3 = max - s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(OverRelease.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(1, 2), 2);
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

  /** The JDK's semaphore at the largest integer. */
  @JCStressTest
  @JCStressMeta(OverRelease.class)
  @State
  public static class ModelOverflow extends Case {
    public ModelOverflow() {
      super(Subject.juc(Integer.MAX_VALUE - 1, true), Integer.MAX_VALUE);
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

    /** Fair, with a maximum. */
    @JCStressTest
    @JCStressMeta(OverRelease.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1, 2), 2);
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

    /** Non-fair, with a maximum. */
    @JCStressTest
    @JCStressMeta(OverRelease.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1, 2), 2);
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

    /** Fair, without a maximum, at the largest integer. */
    @JCStressTest
    @JCStressMeta(OverRelease.class)
    @State
    public static class OverflowFair extends Case {
      public OverflowFair() {
        super(Subject.fair(Integer.MAX_VALUE - 1), Integer.MAX_VALUE);
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

    /** Non-fair, without a maximum, at the largest integer. */
    @JCStressTest
    @JCStressMeta(OverRelease.class)
    @State
    public static class OverflowNonFair extends Case {
      public OverflowNonFair() {
        super(Subject.nonFair(Integer.MAX_VALUE - 1), Integer.MAX_VALUE);
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
      id = {"true, false, 0", "false, true, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One was refused this time.")
  @Outcome(
      id = "true, true, -1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Above the maximum.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, 2, Toy.Fault.CHECK_THEN_ADD), 2);
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
