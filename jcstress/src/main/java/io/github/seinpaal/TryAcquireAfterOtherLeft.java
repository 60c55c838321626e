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
 * A request that has timed out no longer counts for others either: once it has returned, a thread
 * that has released a permit can take it back.
 *
 * <p>As for the same thread: the demand of the request that has returned stands in the queue and
 * makes the attempt fail.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TryAcquireAfterOtherLeft[.]}</pre>
 */
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The request timed out; the permit was taken back.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The attempt failed beside a free permit, or a permit is lost or invented.")
public class TryAcquireAfterOtherLeft {
  private TryAcquireAfterOtherLeft() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();
    volatile boolean left;

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.take(2, timeout);
      left = true;
    }

    void second(ZZI_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      s.release(1);
      for (int i = 0; !left; i++) {
        Timing.pause(i);
      }
      r.r2 = s.tryAcquire(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TryAcquireAfterOtherLeft.class)
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
    @JCStressMeta(TryAcquireAfterOtherLeft.class)
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
    @JCStressMeta(TryAcquireAfterOtherLeft.class)
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

  /** The request counts until the next release. */
  @JCStressTest
  @Outcome(
      id = "false, true, 0",
      expect = Expect.ACCEPTABLE,
      desc = "The release cleared the request.")
  @Outcome(
      id = "false, false, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The attempt failed beside a free permit.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.LAZY_LEAVE));
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
