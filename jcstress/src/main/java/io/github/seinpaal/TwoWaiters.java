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
 * Two releases of one permit wake two waiters, whether they come before, while or after the waiters
 * park.
 *
 * <p>If the second release found a wake-up already in flight and left it at that, and the woken
 * waiter did not pass it on, the other waiter would sleep beside a free permit.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TwoWaiters[.]}</pre>
 */
@Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE, desc = "Both were granted.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A waiter was not granted, or a permit is lost or invented.")
public class TwoWaiters {
  private TwoWaiters() {}

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
      Third.start(() -> r.r2 = s.take(1));
      meeting.meet();
      Timing.spin(Timing.upTo(20_000));
      s.release(1);
      Timing.spin(Timing.upTo(2_000));
      s.release(1);
      Third.join();
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TwoWaiters.class)
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
    @JCStressMeta(TwoWaiters.class)
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
    @JCStressMeta(TwoWaiters.class)
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

    /** Non-fair, with a maximum. */
    @JCStressTest
    @JCStressMeta(TwoWaiters.class)
    @State
    public static class BoundedNonFair extends Case {
      public BoundedNonFair() {
        super(Subject.nonFair(0, 2));
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

  /** Only the last waiter to come is found. */
  @JCStressTest
  @Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE, desc = "Only one waited at a time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "A hidden waiter was not woken.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.ONE_PLACE));
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
