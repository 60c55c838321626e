package io.github.seinpaal;

import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * What each party writes before it arrives, the action and the other party see; and what the action
 * writes, both.
 *
 * <p>The others are let through before the action has run: what it writes is not there. Were the
 * verdict read, or the arrival counted, by an access weaker than release and acquire, the data
 * could be stale though the barrier is open.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierPublication[.]}</pre>
 */
@Outcome(id = "111, 111, 11", expect = Expect.ACCEPTABLE, desc = "All is seen by all.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One went on and did not see it all.")
public class BarrierPublication {
  private BarrierPublication() {}

  abstract static class Case {
    private static final long PATIENCE = 2_000_000_000L;

    final Gate gate;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private int one;
    private int two;
    private int both; // what the action has seen
    private int done;

    Case(Function<Runnable, Gate> maker) {
      this.gate = maker.apply(this::act);
    }

    private void act() {
      both = 10 * one + two;
      done = 1;
    }

    private int all() {
      return 100 * done + 10 * one + two;
    }

    void first(III_Result r) {
      meeting.meet();
      one = 1;
      r.r1 = gate.await(PATIENCE) < 0 ? -1 : all();
    }

    void second(III_Result r) {
      meeting.meet();
      two = 1;
      r.r2 = gate.await(PATIENCE) < 0 ? -1 : all();
      r.r3 = both;
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierPublication.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(action -> Gate.juc(2, action));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }

  /** The library's barriers. */
  public static class Actual {
    private Actual() {}

    /** Used once. */
    @JCStressTest
    @JCStressMeta(BarrierPublication.class)
    @State
    public static class OneShot extends Case {
      public OneShot() {
        super(action -> Gate.oneShot(2, action));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }
    }

    /** Used again. */
    @JCStressTest
    @JCStressMeta(BarrierPublication.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(action -> Gate.reusable(2, action, true));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }
    }
  }

  /** Lets the others through before. */
  @JCStressTest
  @Outcome(id = "111, 111, 11", expect = Expect.ACCEPTABLE, desc = "Nobody was early this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "One did not see what the action writes.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(action -> Gate.toy(2, action, ToyBarrier.Fault.EARLY_RELEASE));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }
}
