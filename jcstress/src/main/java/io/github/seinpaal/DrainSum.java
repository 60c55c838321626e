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
 * Draining takes every free permit once: what was drained, what was taken and what is left add up
 * beside a concurrent attempt and a release.
 *
 * <p>If draining read the permits and wrote zero in two steps, a permit released or taken between
 * them would be lost or doubled.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t DrainSum[.]}</pre>
 */
@Outcome(
    id = "2, false, 1",
    expect = Expect.ACCEPTABLE,
    desc = "Drained first; the release came after.")
@Outcome(
    id = "1, true, 1",
    expect = Expect.ACCEPTABLE,
    desc = "Drained after the attempt and before the release.")
@Outcome(id = "2, true, 0", expect = Expect.ACCEPTABLE, desc = "Drained last.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permits do not add up to three.")
public class DrainSum {
  private DrainSum() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(IZI_Result r) {
      meeting.meet();
      r.r1 = s.drainPermits();
    }

    void second(IZI_Result r) {
      meeting.meet();
      r.r2 = s.tryAcquire(1);
      s.release(1);
    }

    void check(IZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(DrainSum.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(2, true));
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
    @JCStressMeta(DrainSum.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2));
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
    @JCStressMeta(DrainSum.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2));
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

  /** Drains in two steps. */
  @JCStressTest
  @Outcome(
      id = {"2, false, 1", "1, true, 1", "2, true, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "The sum is right this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "A permit was lost or doubled.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, Toy.Fault.RACY));
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
