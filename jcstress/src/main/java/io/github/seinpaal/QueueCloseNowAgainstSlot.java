package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/**
 * An element put into a slot as the queue is closed at once is among those returned, or refused.
 *
 * <p>If the slot were found valid in one step, and the element added in another, it would stay in a
 * queue that has ended.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueCloseNowAgainstSlot[.]}</pre>
 */
@Outcome(id = "true, 1, true", expect = Expect.ACCEPTABLE, desc = "Added, and returned.")
@Outcome(id = "false, 0, true", expect = Expect.ACCEPTABLE, desc = "Refused.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Lost, or added though refused; or the stream has not ended.")
public class QueueCloseNowAgainstSlot {
  private QueueCloseNowAgainstSlot() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
      q.reserve();
    }

    void first(ZIZ_Result r) {
      meeting.meet();
      r.r1 = q.putIntoSlot(1);
    }

    void second(ZIZ_Result r) {
      meeting.meet();
      r.r2 = q.closeNow();
    }

    void check(ZIZ_Result r) {
      r.r3 = q.hasEnded();
    }
  }

  /** A queue under one monitor. */
  @JCStressTest
  @JCStressMeta(QueueCloseNowAgainstSlot.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.toy(1));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueueCloseNowAgainstSlot.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(1));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(QueueCloseNowAgainstSlot.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(1));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }
  }

  /** Looks first, adds later: the element is left behind. */
  @JCStressTest
  @Outcome(
      id = {"true, 1, true", "false, 0, true"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Looks first, adds later: the element is left behind.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(1, ToyQueue.Fault.CHECK_THEN_ADD));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }
}
