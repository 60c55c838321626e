package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Threads that come and go between generations: nobody goes on without a partner, and all who meet
 * do. One comes three times, two others once each; a wait without a partner ends by its timeout.
 *
 * <p>With two turnstiles in turn, the first waits, slowly, at one of them; its partner opens that,
 * passes the other with the third thread, comes back to the first turnstile and takes the permit
 * that is still there: it has met itself.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierGenerations[.]}</pre>
 */
@Outcome(
    id = {"0, 0, 0", "1, 1, 0", "0, 1, 1", "1, 2, 1", "1, 0, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "Who went on had met somebody.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Somebody went on alone, or was left behind.")
public class BarrierGenerations {
  private BarrierGenerations() {}

  abstract static class Case {
    private static final long PATIENCE = 300_000;

    final Gate gate;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private volatile int third;

    Case(Gate gate) {
      this.gate = gate;
    }

    private int went(long patience) {
      return gate.await(patience) >= 0 ? 1 : 0;
    }

    void first(III_Result r) {
      meeting.meet();
      r.r1 = went(PATIENCE);
    }

    void second(III_Result r) {
      Third.start(() -> third = went(PATIENCE));
      meeting.meet();
      r.r2 = went(PATIENCE) + went(PATIENCE) + went(PATIENCE / 8);
      Third.join();
      r.r3 = third;
    }
  }

  /** The JDK's barrier. */
  @JCStressTest
  @JCStressMeta(BarrierGenerations.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Gate.juc(2, null));
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

    /** Every generation has its own turnstile. */
    @JCStressTest
    @JCStressMeta(BarrierGenerations.class)
    @State
    public static class Reusable extends Case {
      public Reusable() {
        super(Gate.reusable(2, null, true));
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

    /** And an action. */
    @JCStressTest
    @JCStressMeta(BarrierGenerations.class)
    @State
    public static class WithAction extends Case {
      public WithAction() {
        super(Gate.reusable(2, Timing::gap, true));
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

  /** Two turnstiles in turn. */
  @JCStressTest
  @Outcome(
      id = {"0, 0, 0", "1, 1, 0", "0, 1, 1", "1, 2, 1", "1, 0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "Nobody met itself this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "Somebody has met itself.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Gate.toy(2, null, ToyBarrier.Fault.TWO_TURNSTILES));
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
