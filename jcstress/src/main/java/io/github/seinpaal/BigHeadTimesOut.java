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
 * When a request of two at the head times out, the request of one behind it runs on the permit that
 * was there all the time: no release comes.
 *
 * <p>The release has gone by already, and the head leaves without looking who could run now: the
 * waiter behind it sleeps beside a free permit.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t BigHeadTimesOut[.]}</pre>
 */
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The big one went, the small one was served.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The small one was not woken, or a permit is lost or invented.")
public class BigHeadTimesOut {
  private BigHeadTimesOut() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.take(2, timeout);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      if (timeout > 50_000) {
        Timing.awaitQueue(s, 1);
      } else {
        Timing.spin(Timing.upTo(timeout + 1));
      }
      r.r2 = s.take(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(BigHeadTimesOut.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(1, true));
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
    @JCStressMeta(BigHeadTimesOut.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1));
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
    @JCStressMeta(BigHeadTimesOut.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1));
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
      desc = "The small one did not have to wait.")
  @Outcome(
      id = "false, false, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The small one sleeps beside a free permit.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.LEAVE_SILENTLY));
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
