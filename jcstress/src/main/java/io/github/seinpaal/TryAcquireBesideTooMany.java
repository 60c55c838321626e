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
 * An attempt on more permits than there are does not make another fail: with one permit free, an
 * attempt on one succeeds beside an attempt on two.
 *
 * <p>If the attempt on two subtracted first and added back what it should not have taken, the
 * attempt on one would see a debt for a moment.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TryAcquireBesideTooMany[.]}</pre>
 */
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "Two were not to be had, one was.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The attempt on one failed though one permit was free at every instant.")
public class TryAcquireBesideTooMany {
  private TryAcquireBesideTooMany() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.tryAcquire(2);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      r.r2 = s.tryAcquire(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TryAcquireBesideTooMany.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(1, true));
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
    @JCStressMeta(TryAcquireBesideTooMany.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1));
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
    @JCStressMeta(TryAcquireBesideTooMany.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1));
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

  /** Subtracts, looks, and adds back. */
  @JCStressTest
  @Outcome(
      id = "false, true, 0",
      expect = Expect.ACCEPTABLE,
      desc = "The debt was not seen this time.")
  @Outcome(
      id = "false, false, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The attempt on one saw the debt.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.UNDO));
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
