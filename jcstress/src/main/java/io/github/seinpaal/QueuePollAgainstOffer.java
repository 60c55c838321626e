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
 * An element that is offered as a timed poll ends is either taken by it or still there.
 *
 * <p>The offer has handed the element to the waiter, which wakes by its timeout and goes without
 * looking: the element is nowhere.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueuePollAgainstOffer[.]}</pre>
 */
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "The poll took it.")
@Outcome(
    id = "false, 1",
    expect = Expect.ACCEPTABLE,
    desc = "The poll was over; the element is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The element was lost or doubled.")
public class QueuePollAgainstOffer {
  private QueuePollAgainstOffer() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(ZI_Result r) {
      meeting.meet();
      r.r1 = q.pollFor(timeout) != null;
    }

    void second(ZI_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      q.offer(1);
    }

    void check(ZI_Result r) {
      r.r2 = q.size();
    }
  }

  /** The JDK's queue. */
  @JCStressTest
  @JCStressMeta(QueuePollAgainstOffer.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.juc(1));
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

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueuePollAgainstOffer.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(1));
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
    @JCStressMeta(QueuePollAgainstOffer.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(1));
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

  /** The waiter does not look at its deadline: the element is lost. */
  @JCStressTest
  @Outcome(
      id = {"true, 0", "false, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The waiter does not look at its deadline: the element is lost.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(1, ToyQueue.Fault.FORGET_AT_DEADLINE));
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
