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
 * Of two attempts on one permit exactly one succeeds.
 *
 * <p>Read and written in two steps, the permit is taken twice; taken and put back by a loser, it is
 * missed by both.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TryAcquireExact[.]}</pre>
 */
@Outcome(
    id = {"true, false, 0", "false, true, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "One took it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both took it, or neither did.")
public class TryAcquireExact {
  private TryAcquireExact() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.tryAcquire(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      r.r2 = s.tryAcquire(1);
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TryAcquireExact.class)
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
    @JCStressMeta(TryAcquireExact.class)
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
    @JCStressMeta(TryAcquireExact.class)
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

  /** Takes in two steps. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 0", "false, true, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One took it this time.")
  @Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Both took it.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.RACY));
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
