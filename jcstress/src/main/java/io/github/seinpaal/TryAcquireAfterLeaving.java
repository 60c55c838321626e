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
 * A request that has timed out no longer counts: the same thread takes the permit that is free,
 * even while another thread is inside a release.
 *
 * <p>If the timed-out request left its demand behind for a later sweep, or for the thread that owns
 * the queue at the moment, the attempt right after it would fail for no reason.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TryAcquireAfterLeaving[.]}</pre>
 */
@Outcome(
    id = "true, false, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The release came in time for the request of two.")
@Outcome(
    id = "false, true, 1",
    expect = Expect.ACCEPTABLE,
    desc = "It timed out; then one permit could be taken.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The attempt failed beside a free permit, or a permit is lost or invented.")
public class TryAcquireAfterLeaving {
  private TryAcquireAfterLeaving() {}

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
      r.r2 = !r.r1 && s.tryAcquire(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      Timing.spin(Timing.around(timeout));
      s.release(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TryAcquireAfterLeaving.class)
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
    @JCStressMeta(TryAcquireAfterLeaving.class)
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
    @JCStressMeta(TryAcquireAfterLeaving.class)
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

  /** The request counts until the next release. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 0", "false, true, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "The release cleared the request in time.")
  @Outcome(
      id = "false, false, 2",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The attempt failed beside a free permit.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.LAZY_LEAVE));
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
