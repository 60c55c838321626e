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
 * A reset that meets the last arrival: both go on, or the reset comes between them: it breaks the
 * wait of the first, and the second finds nobody until its time is over. Who is alone may time out
 * before the other comes or is sent away.
 *
 * <p>The reset has found the generation; all arrive; the reset breaks it: one goes on and the other
 * does not.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierResetAgainstTrip[.]}</pre>
 */
@Outcome(
    id = {"1, 0, false", "0, 1, false"},
    expect = Expect.ACCEPTABLE,
    desc = "Both went on.")
@Outcome(
    id = {"-1, -2, true", "-2, -1, true", "-2, -2, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The reset came between them, or one of them too late.")
@Outcome(
    id = {"-1, -2, false", "-2, -1, false", "-2, -2, false"},
    expect = Expect.ACCEPTABLE,
    desc = "And the reset came after the timeout.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One went on and the other did not.")
public class BarrierResetAgainstTrip {
  private BarrierResetAgainstTrip() {}

  abstract static class Case {
    private static final long PATIENCE = 200_000;

    final Gate gate;
    private final long before = Timing.upTo(10_000);
    private final Timing.Meeting meeting = new Timing.Meeting();

    Case(Gate gate) {
      this.gate = gate;
    }

    void first(IIZ_Result r) {
      meeting.meet();
      r.r1 = gate.await(PATIENCE);
    }

    void second(IIZ_Result r) {
      meeting.meet();
      Third.start(gate::reset);
      Timing.spin(before);
      r.r2 = gate.await(PATIENCE);
      Third.join();
    }

    void check(IIZ_Result r) {
      r.r3 = gate.isBroken();
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierResetAgainstTrip.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Gate.juc(2, null));
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

    /** Without an action. */
    @JCStressTest
    @JCStressMeta(BarrierResetAgainstTrip.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(Gate.reusable(2, null, false));
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

    /** With an action. */
    @JCStressTest
    @JCStressMeta(BarrierResetAgainstTrip.class)
    @State
    public static class WithAction extends Case {
      public WithAction() {
        super(Gate.reusable(2, Timing::gap, false));
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

  /** Breaks what it has found before. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, false", "0, 1, false", "-1, -2, .*", "-2, -1, .*", "-2, -2, .*"},
      expect = Expect.ACCEPTABLE,
      desc = "The reset did not meet the last arrival this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "Only one went on.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Gate.toy(2, null, ToyBarrier.Fault.RESET_IN_STEPS));
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
