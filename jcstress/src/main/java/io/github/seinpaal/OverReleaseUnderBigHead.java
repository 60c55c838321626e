package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Over-release is exact while a request waits for all permits: of five, three are free and two
 * held, the head wants five; releases of one and of two cannot both succeed unless the head was
 * granted between them.
 *
 * <p>If the permits set aside for the head were moved in a second step, a release stalled between
 * its two steps would make room for a bogus one.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t OverReleaseUnderBigHead[.]}</pre>
 */
@Outcome(id = "1, 0, 0, 4", expect = Expect.ACCEPTABLE, desc = "One came first; two was refused.")
@Outcome(
    id = "0, 1, 0, 5",
    expect = Expect.ACCEPTABLE,
    desc = "Two came first; one was refused; the head had gone.")
@Outcome(
    id = "0, 1, 1, 0",
    expect = Expect.ACCEPTABLE,
    desc = "Two came first; one was refused; then the head was granted.")
@Outcome(
    id = "1, 1, 1, 1",
    expect = Expect.ACCEPTABLE,
    desc = "Two came first; the head was granted; then there was room for one.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Above the maximum, or a permit lost or invented.")
public class OverReleaseUnderBigHead {
  private OverReleaseUnderBigHead() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(IIII_Result r) {
      Third.start(() -> r.r3 = s.take(5, timeout) ? 1 : 0);
      Timing.awaitQueue(s, 1);
      meeting.meet();
      r.r1 = s.give(1) ? 1 : 0;
      Third.join();
    }

    void second(IIII_Result r) {
      meeting.meet();
      r.r2 = s.give(2) ? 1 : 0;
    }

    void check(IIII_Result r) {
      r.r4 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(OverReleaseUnderBigHead.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(3, 5));
    }

    @Actor
    public void actor1(IIII_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIII_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(OverReleaseUnderBigHead.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(3, 5));
      }

      @Actor
      public void actor1(IIII_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIII_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIII_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(OverReleaseUnderBigHead.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(3, 5));
      }

      @Actor
      public void actor1(IIII_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIII_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIII_Result r) {
        check(r);
      }
    }
  }

  /** Checks in one step and adds in another. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 4", "0, 1, 0, 5", "0, 1, 1, 0", "1, 1, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One was refused, or the head came between, this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "Above the maximum.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(3, 5, Toy.Fault.CHECK_THEN_ADD));
    }

    @Actor
    public void actor1(IIII_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIII_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
      check(r);
    }
  }
}
