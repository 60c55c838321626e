package io.github.seinpaal;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * In fair mode queued requests are granted in the order in which they queued, whatever their size:
 * a request of two before a request of one that came later, though permits come one by one.
 *
 * <p>If a release looked for any request that its permits suffice for, the small one would pass the
 * big one with the first permit, and with enough small ones the big one would starve.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t FairOrder[.]}</pre>
 */
@Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "First come, first granted.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Overtaken, not granted, or a permit is lost or invented.")
public class FairOrder {
  private FairOrder() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    private final AtomicInteger order = new AtomicInteger();

    Case(Subject s) {
      this.s = s;
    }

    private int pass(int permits) {
      if (!s.take(permits)) {
        return -1;
      }
      int place = order.incrementAndGet();
      s.release(permits);
      return place;
    }

    private void awaitLength(int length) {
      for (int i = 0; s.getQueueLength() < length; i++) {
        Timing.pause(i);
      }
    }

    void first(III_Result r) {
      meeting.meet();
      r.r1 = pass(2);
    }

    void second(III_Result r) {
      meeting.meet();
      awaitLength(1);
      Third.start(() -> r.r2 = pass(1));
      awaitLength(2);
      s.release(1);
      Timing.spin(Timing.upTo(5_000));
      s.release(1);
      Third.join();
    }

    void check(III_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(FairOrder.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(0, true));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(III_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(FairOrder.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(III_Result r) {
        check(r);
      }
    }
  }

  /** The youngest waiter first. */
  @JCStressTest
  @Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "In order.")
  @Outcome(id = "2, 1, 2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Overtaken.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.LIFO));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(III_Result r) {
      check(r);
    }
  }
}
