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
 * Permits are conserved when requests of different sizes queue, are granted and give up among three
 * threads.
 *
 * <p>A request of two that has been given one permit and then gives up must put it back; a grant
 * that comes while it gives up must count once.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ConservationOfThree[.]}</pre>
 */
@Outcome(
    id = "true, true, 3",
    expect = Expect.ACCEPTABLE,
    desc = "Everything is back; both patient threads were granted.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A permit was lost or invented, or a patient thread was not granted.")
public class ConservationOfThree {
  private ConservationOfThree() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    private boolean passes(int permits) {
      for (int i = 0; i < 3; i++) {
        if (!s.take(permits)) {
          return false;
        }
        s.release(permits);
      }
      return true;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = passes(2);
    }

    void second(ZZI_Result r) {
      Third.start(() -> r.r2 = passes(1));
      meeting.meet();
      for (int i = 0; i < 3; i++) {
        if (s.take(3, timeout)) {
          s.release(3);
        }
      }
      Third.join();
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(ConservationOfThree.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(3, true));
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
    @JCStressMeta(ConservationOfThree.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(3));
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
    @JCStressMeta(ConservationOfThree.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(3));
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

  /** Takes and gives in two steps. */
  @JCStressTest
  @Outcome(id = "true, true, 3", expect = Expect.ACCEPTABLE, desc = "No change was lost this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "A change was overwritten.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(3, Toy.Fault.RACY));
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
