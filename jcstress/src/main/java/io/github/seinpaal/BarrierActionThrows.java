package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * An action that throws: nobody goes on. The last to arrive gets what it threw, and the other is
 * told that the barrier broke, unless its timeout had broken it before.
 *
 * <p>The others are let through before the action has run: one goes on though the barrier is
 * broken.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierActionThrows[.]}</pre>
 */
@Outcome(
    id = {"-1, -4, true", "-4, -1, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The action broke it for both.")
@Outcome(id = "-2, -1, true", expect = Expect.ACCEPTABLE, desc = "The timeout did before.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One went on, or a break was nobody's doing.")
public class BarrierActionThrows {
  private BarrierActionThrows() {}

  abstract static class Case {
    private static final long PATIENCE = 2_000_000_000L;

    final Gate gate;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final long timeout = Timing.shortTimeout();

    Case(Gate gate) {
      this.gate = gate;
    }

    static void fail() {
      Timing.gap();
      throw new Gate.Failure();
    }

    void first(IIZ_Result r) {
      meeting.meet();
      r.r1 = gate.await(timeout);
    }

    void second(IIZ_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      r.r2 = gate.await(PATIENCE);
    }

    void check(IIZ_Result r) {
      r.r3 = gate.isBroken();
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierActionThrows.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Gate.juc(2, Case::fail));
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIZ_Result r) {
      check(r);
    }
  }

  /** The library's barriers. */
  public static class Actual {
    private Actual() {}

    /** Used once. */
    @JCStressTest
    @JCStressMeta(BarrierActionThrows.class)
    @State
    public static class OneShot extends Case {
      public OneShot() {
        super(Gate.oneShot(2, Case::fail));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIZ_Result r) {
        check(r);
      }
    }

    /** Used again. */
    @JCStressTest
    @JCStressMeta(BarrierActionThrows.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(Gate.reusable(2, Case::fail, true));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIZ_Result r) {
        check(r);
      }
    }
  }

  /** Lets the others through before. */
  @JCStressTest
  @Outcome(
      id = {"-1, -4, true", "-4, -1, true", "-2, -1, true", "-2, -4, true"},
      expect = Expect.ACCEPTABLE,
      desc = "Nobody was early this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "One went on, and the action threw.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Gate.toy(2, Case::fail, ToyBarrier.Fault.EARLY_RELEASE));
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIZ_Result r) {
      check(r);
    }
  }
}
