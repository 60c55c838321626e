package io.github.seinpaal;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread that comes to an open barrier, or finds it open by looking, sees what the parties have
 * written before they arrived, and what the action has written.
 *
 * <p>The barrier is said to be open before the action has run.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BarrierLatecomer[.]}</pre>
 */
@Outcome(
    id = {"0, 1", "0, -1"},
    expect = Expect.ACCEPTABLE,
    desc = "All is seen, or it was not open yet.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It was open, and not all was there.")
public class BarrierLatecomer {
  private BarrierLatecomer() {}

  abstract static class Case {
    private final boolean early;
    private final Gate.Wait arrival;
    private final BooleanSupplier open;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private volatile boolean seemsOpen;
    private int data;
    private int done;

    Case(CountDownLatch latch) {
      early = false;
      arrival =
          () -> {
            act();
            latch.countDown();
            return 0;
          };
      open = () -> latch.getCount() == 0;
    }

    Case(boolean early) {
      this.early = early;
      Barrier barrier = new Barrier(1, this::act);
      arrival = barrier::await;
      open = barrier::isOpen;
    }

    private void act() {
      if (early) {
        seemsOpen = true;
        Timing.gap();
      }
      done = 1;
    }

    void first(II_Result r) {
      meeting.meet();
      data = 1;
      r.r1 = Gate.outcome(true, arrival);
    }

    void second(II_Result r) {
      meeting.meet();
      for (int i = 0; i < 100; i++) {
        if (seemsOpen || open.getAsBoolean()) {
          r.r2 = data & done;
          return;
        }
        Thread.onSpinWait();
      }
      r.r2 = -1;
    }
  }

  /** The JDK's latch. */
  @JCStressTest
  @JCStressMeta(BarrierLatecomer.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(new CountDownLatch(1));
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

    /** Looks whether it is open. */
    @JCStressTest
    @JCStressMeta(BarrierLatecomer.class)
    @State
    public static class OneShot extends Case {
      public OneShot() {
        super(false);
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

  /** Is told too early. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "0, -1"},
      expect = Expect.ACCEPTABLE,
      desc = "The action was done this time.")
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The action was not done.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(true);
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
