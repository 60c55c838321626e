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
 * A request without a thread is cancelled while a release comes, and another is behind it: one of
 * the two has the permit.
 *
 * <p>The permit has been assigned to the first, which is cancelled a moment later: the second would
 * wait for ever.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t CancelPassesGrantOn[.]}</pre>
 */
@Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE, desc = "Cancelled; the second has it.")
@Outcome(id = "false, false, 0", expect = Expect.ACCEPTABLE, desc = "The first has it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permit was lost or doubled.")
public class CancelPassesGrantOn {
  private CancelPassesGrantOn() {}

  abstract static class Case {
    final Subject s;
    final Subject.Request request;
    final Subject.Request next;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
      this.request = s.request(1);
      this.next = s.request(1);
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = request.cancel();
    }

    void second(ZZI_Result r) {
      meeting.meet();
      s.release(1);
    }

    void check(ZZI_Result r) {
      r.r2 = next.isGranted();
      r.r3 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(CancelPassesGrantOn.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(0, 1));
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
    @JCStressMeta(CancelPassesGrantOn.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0, 1));
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
    @JCStressMeta(CancelPassesGrantOn.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0, 1));
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

  /** Cancels by what it has seen before. */
  @JCStressTest
  @Outcome(
      id = {"true, true, 0", "false, false, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "They did not meet.")
  @Outcome(
      id = "true, false, 0",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The second waits for ever.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, 1, Toy.Fault.FORGET_GRANT));
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
