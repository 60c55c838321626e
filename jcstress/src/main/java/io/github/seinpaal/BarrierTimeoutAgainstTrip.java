package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A timeout that meets the last arrival: both go on, or the timeout breaks the barrier for both.
 * That holds also while the action runs, which takes a moment here.
 *
 * <p>The last to arrive has opened the barrier; the other wakes by its timeout and breaks it
 * without looking: one goes on and the other does not.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierTimeoutAgainstTrip[.]}</pre>
 */
@Outcome(
    id = {"1, 0", "0, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "Both went on.")
@Outcome(id = "-2, -1", expect = Expect.ACCEPTABLE, desc = "The timeout broke it for both.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "One went on and the other did not, or a break was nobody's doing.")
public class BarrierTimeoutAgainstTrip {
  private BarrierTimeoutAgainstTrip() {}

  abstract static class Case {
    private static final long PATIENCE = 2_000_000_000L;

    final Gate gate;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final long timeout = Timing.shortTimeout();

    Case(Gate gate) {
      this.gate = gate;
    }

    void first(II_Result r) {
      meeting.meet();
      r.r1 = gate.await(timeout);
    }

    void second(II_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      r.r2 = gate.await(PATIENCE);
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierTimeoutAgainstTrip.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Gate.juc(2, Timing::gap));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }
  }

  /** The library's barriers. */
  public static class Actual {
    private Actual() {}

    /** Used once. */
    @JCStressTest
    @JCStressMeta(BarrierTimeoutAgainstTrip.class)
    @State
    public static class OneShot extends Case {
      public OneShot() {
        super(Gate.oneShot(2, null));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }

    /** Used once, with an action. */
    @JCStressTest
    @JCStressMeta(BarrierTimeoutAgainstTrip.class)
    @State
    public static class OneShotWithAction extends Case {
      public OneShotWithAction() {
        super(Gate.oneShot(2, Timing::gap));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }

    /** Used again. */
    @JCStressTest
    @JCStressMeta(BarrierTimeoutAgainstTrip.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(Gate.reusable(2, null, true));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }

    /** Used again, with an action. */
    @JCStressTest
    @JCStressMeta(BarrierTimeoutAgainstTrip.class)
    @State
    public static class ReusableWithAction extends Case {
      public ReusableWithAction() {
        super(Gate.reusable(2, Timing::gap, true));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }
  }

  /** Does not look when the time is over. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1", "-2, -1"},
      expect = Expect.ACCEPTABLE,
      desc = "The timeout did not meet the last arrival this time.")
  @Outcome(id = "-2, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Only one went on.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Gate.toy(2, null, ToyBarrier.Fault.FORGET_TRIP));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }
  }
}
