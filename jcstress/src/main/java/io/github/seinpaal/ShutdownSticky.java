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
 * Once a shutdown has returned nobody gets a permit, whatever else changes the semaphore at the
 * same time; and what it changes is not lost.
 *
 * <p>If a release, a reduction, a resizing or an acquire wrote back what it had read of the word
 * before the shutdown, the semaphore would be open again.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ShutdownSticky[.]}</pre>
 */
@Outcome(
    id = "false, true, 3",
    expect = Expect.ACCEPTABLE,
    desc = "Shut for good, and the change is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Open again, or a change was lost.")
public class ShutdownSticky {
  private ShutdownSticky() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    abstract void change();

    void first(ZZI_Result r) {
      meeting.meet();
      s.shutdown();
      r.r1 = s.tryAcquire(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      change();
    }

    void check(ZZI_Result r) {
      r.r2 = s.isShutdown();
      r.r3 = s.availablePermits();
    }
  }

  /** Beside a release. */
  abstract static class Releasing extends Case {
    Releasing(Subject s) {
      super(s);
    }

    @Override
    void change() {
      s.release(1);
    }
  }

  /** Beside a reduction. */
  abstract static class Reducing extends Case {
    Reducing(Subject s) {
      super(s);
    }

    @Override
    void change() {
      s.reducePermits(1);
      s.release(2);
    }
  }

  /** Beside a change of the maximum. */
  abstract static class Resizing extends Case {
    Resizing(Subject s) {
      super(s);
    }

    @Override
    void change() {
      s.setMaxPermits(4);
    }
  }

  /** Beside an acquire, which may be in time; it is given back. */
  abstract static class Acquiring extends Case {
    Acquiring(Subject s) {
      super(s);
    }

    @Override
    void change() {
      boolean taken = s.tryAcquire(1);
      s.release(taken ? 2 : 1);
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ShutdownSticky.class)
  @State
  public static class Model extends Releasing {
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

    /** Beside a release. Non-fair. */
    @JCStressTest
    @JCStressMeta(ShutdownSticky.class)
    @State
    public static class ReleasingNonFair extends Releasing {
      public ReleasingNonFair() {
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

    /** Beside a reduction. Non-fair. */
    @JCStressTest
    @JCStressMeta(ShutdownSticky.class)
    @State
    public static class ReducingNonFair extends Reducing {
      public ReducingNonFair() {
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

    /** Beside a change of the maximum. Non-fair. */
    @JCStressTest
    @JCStressMeta(ShutdownSticky.class)
    @State
    public static class ResizingNonFair extends Resizing {
      public ResizingNonFair() {
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

    /** Beside an acquire. Fair. */
    @JCStressTest
    @JCStressMeta(ShutdownSticky.class)
    @State
    public static class AcquiringFair extends Acquiring {
      public AcquiringFair() {
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

    /** Beside an acquire. Non-fair. */
    @JCStressTest
    @JCStressMeta(ShutdownSticky.class)
    @State
    public static class AcquiringNonFair extends Acquiring {
      public AcquiringNonFair() {
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

  /** Writes back what it has read before. */
  @JCStressTest
  @Outcome(id = "false, true, 3", expect = Expect.ACCEPTABLE, desc = "They did not meet.")
  @Outcome(
      id = "(true|false), false, (2|3)",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Open again.")
  @State
  public static class Weakened extends Releasing {
    public Weakened() {
      super(Subject.toy(2, 3, Toy.Fault.RESTART));
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
