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
 * When the maximum shrinks below the request at the head, about when that one times out, the
 * request of one behind it runs on what is left.
 *
 * <p>The head is sent away, or goes; if neither it nor who resized looks who could run now, the
 * small one sleeps beside a free permit.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ShrinkAgainstLeave[.]}</pre>
 */
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The big one went, the small one was served.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The small one was not woken, or a permit is lost or invented.")
public class ShrinkAgainstLeave {
  private ShrinkAgainstLeave() {}

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
            s.setMaxPermits(2);
          });
      r.r1 = s.take(3, timeout);
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

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ShrinkAgainstLeave.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2, 3));
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
    @JCStressMeta(ShrinkAgainstLeave.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2, 3));
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
    @JCStressMeta(ShrinkAgainstLeave.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2, 3));
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

  /** Sends the head away without a look behind. */
  @JCStressTest
  @Outcome(
      id = "false, true, 0",
      expect = Expect.ACCEPTABLE,
      desc = "The head went by itself, or the small one came late.")
  @Outcome(
      id = "false, false, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The small one sleeps beside a free permit.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, 3, Toy.Fault.REFUSE_SILENTLY));
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
