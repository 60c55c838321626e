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
 * A release of one that meets the departure of a request of two at the head reaches the request of
 * one behind it.
 *
 * <p>The release finds a head that needs more and stops there; the head, which has already looked
 * whom to wake, is gone a moment later: the permit stays free and the waiter asleep.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BigHeadLeavesAtRelease[.]}</pre>
 */
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The big one went, the small one was served.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The small one was not woken, or a permit is lost or invented.")
public class BigHeadLeavesAtRelease {
  private BigHeadLeavesAtRelease() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      Third.start(
          () -> {
            Timing.spin(Timing.around(timeout));
            s.release(1);
          });
      r.r1 = s.take(2, timeout);
      Third.join();
    }

    void second(ZZI_Result r) {
      meeting.meet();
      Timing.awaitQueue(s, 1);
      r.r2 = s.take(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(BigHeadLeavesAtRelease.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(0, true));
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
    @JCStressMeta(BigHeadLeavesAtRelease.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0));
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
    @JCStressMeta(BigHeadLeavesAtRelease.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0));
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

  /** Leaves without a look behind. */
  @JCStressTest
  @Outcome(
      id = "false, true, 0",
      expect = Expect.ACCEPTABLE,
      desc = "The release came after the departure.")
  @Outcome(
      id = "false, false, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The small one sleeps beside a free permit.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.LEAVE_SILENTLY));
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
