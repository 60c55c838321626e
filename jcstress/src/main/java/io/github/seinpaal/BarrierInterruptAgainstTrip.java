package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * An interrupt that meets the last arrival: both go on and the interrupt is pending, or it breaks
 * the barrier for both and is not.
 *
 * <p>The last to arrive has opened the barrier; the other wakes, sees its interrupt first and
 * throws: one goes on and the other does not.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierInterruptAgainstTrip[.]}</pre>
 */
@Outcome(
    id = {"1, 0, true", "0, 1, true"},
    expect = Expect.ACCEPTABLE,
    desc = "Both went on; the interrupt is pending.")
@Outcome(id = "-3, -1, false", expect = Expect.ACCEPTABLE, desc = "It broke for both.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "One went on and the other did not, or the interrupt was lost or doubled.")
public class BarrierInterruptAgainstTrip {
  private BarrierInterruptAgainstTrip() {}

  abstract static class Case {
    private static final long PATIENCE = 2_000_000_000L;

    final Gate gate;
    private final boolean interruptFirst = Timing.upTo(2) == 0;
    private final long pause = Timing.upTo(1_500);
    private final long before = Timing.upTo(40_000);
    private final Timing.Meeting meeting = new Timing.Meeting();
    private volatile Thread waiter;
    private volatile boolean interrupted;

    Case(Gate gate) {
      this.gate = gate;
    }

    void first(IIZ_Result r) {
      waiter = Thread.currentThread();
      meeting.meet();
      r.r1 = gate.await(PATIENCE);
      for (int i = 0; !interrupted; i++) {
        Timing.pause(i);
      }
      r.r3 = Thread.interrupted();
    }

    void second(IIZ_Result r) {
      meeting.meet();
      Timing.spin(before);
      if (interruptFirst) {
        interrupt();
        Timing.spin(pause);
        r.r2 = gate.await(PATIENCE);
      } else {
        Third.start(
            () -> {
              Timing.spin(pause);
              interrupt();
            });
        r.r2 = gate.await(PATIENCE);
        Third.join();
      }
    }

    private void interrupt() {
      waiter.interrupt();
      interrupted = true;
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierInterruptAgainstTrip.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Gate.juc(2, Timing::gap));
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }
  }

  /** The library's barriers. */
  public static class Actual {
    private Actual() {}

    /** Used once. */
    @JCStressTest
    @JCStressMeta(BarrierInterruptAgainstTrip.class)
    @State
    public static class OneShot extends Case {
      public OneShot() {
        super(Gate.oneShot(2, null));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }
    }

    /** Used once, with an action. */
    @JCStressTest
    @JCStressMeta(BarrierInterruptAgainstTrip.class)
    @State
    public static class OneShotWithAction extends Case {
      public OneShotWithAction() {
        super(Gate.oneShot(2, Timing::gap));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }
    }

    /** Used again. */
    @JCStressTest
    @JCStressMeta(BarrierInterruptAgainstTrip.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(Gate.reusable(2, null, true));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }
    }

    /** Used again, with an action. */
    @JCStressTest
    @JCStressMeta(BarrierInterruptAgainstTrip.class)
    @State
    public static class ReusableWithAction extends Case {
      public ReusableWithAction() {
        super(Gate.reusable(2, Timing::gap, true));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }
    }
  }

  /** Does not look when it is interrupted. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, true", "0, 1, true", "-3, -1, false"},
      expect = Expect.ACCEPTABLE,
      desc = "The interrupt did not meet the last arrival this time.")
  @Outcome(id = "-3, 0, false", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Only one went on.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Gate.toy(2, null, ToyBarrier.Fault.FORGET_TRIP));
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }
  }
}
