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
 * A request without a thread is cancelled while a release comes: it is cancelled and the permit is
 * there, or it has been granted.
 *
 * <p>The permit has been assigned; whoever cancels has looked before that: the permit belongs to
 * nobody.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t CancelAgainstGrant[.]}</pre>
 */
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "Cancelled; the permit is there.")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "Granted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permit was lost or doubled.")
public class CancelAgainstGrant {
  private CancelAgainstGrant() {}

  abstract static class Case {
    final Subject s;
    final Subject.Request request;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
      this.request = s.request(1);
    }

    void first(ZI_Result r) {
      meeting.meet();
      r.r1 = request.cancel();
    }

    void second(ZI_Result r) {
      meeting.meet();
      s.release(1);
    }

    void check(ZI_Result r) {
      r.r2 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(CancelAgainstGrant.class)
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
    @JCStressMeta(CancelAgainstGrant.class)
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
    @JCStressMeta(CancelAgainstGrant.class)
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

  /** Cancels by what it has seen before. */
  @JCStressTest
  @Outcome(
      id = {"true, 1", "false, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "They did not meet.")
  @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The permit was lost.")
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
