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
 * In fair mode an attempt never passes a queued waiter: the permit released while a thread waits is
 * promised to it.
 *
 * <p>The release puts the permit into the state and wakes the waiter; before the waiter runs, the
 * releasing thread takes the permit again. The JDK's untimed tryAcquire does so in fair mode too.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t FairTryAcquire[.]}</pre>
 */
@Outcome(
    id = "true, false, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The waiter was granted; the attempt failed.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The attempt passed the waiter, the waiter was not granted, or a permit is lost or"
            + " invented.")
public class FairTryAcquire {
  private FairTryAcquire() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.take(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      for (int i = 0; s.getQueueLength() == 0; i++) {
        Timing.pause(i);
      }
      Timing.spin(Timing.upTo(20_000));
      s.release(1);
      r.r2 = s.tryAcquire(1);
      if (r.r2) {
        s.release(1);
      }
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(FairTryAcquire.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(0));
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
    @JCStressMeta(FairTryAcquire.class)
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
  }

  /** The JDK's fair semaphore. */
  @JCStressTest
  @Outcome(
      id = "true, false, 0",
      expect = Expect.ACCEPTABLE,
      desc = "The waiter was granted first.")
  @Outcome(
      id = "true, true, 0",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The attempt passed the waiter.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
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
}
