package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One permit lets one thread in at a time: two threads that add to a plain counter while they hold
 * it lose no addition.
 *
 * <p>If a permit were read and written in two steps, both threads could see the one permit, go in
 * together and both read 0 from the counter.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t MutualExclusion[.]}</pre>
 */
@Outcome(
    id = {"1, 2, 1", "2, 1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "One after the other; the permit is back.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both were inside, or the permit is lost or doubled.")
public class MutualExclusion {
  private MutualExclusion() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    int counter;

    Case(Subject s) {
      this.s = s;
    }

    void first(III_Result r) {
      meeting.meet();
      s.acquireUninterruptibly(1);
      r.r1 = ++counter;
      s.release(1);
    }

    void second(III_Result r) {
      meeting.meet();
      try {
        s.acquire(1);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
      r.r2 = ++counter;
      s.release(1);
    }

    void check(III_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(MutualExclusion.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(1, true));
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
    @JCStressMeta(MutualExclusion.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1));
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

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(MutualExclusion.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1));
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

    /** Non-fair, with a maximum. */
    @JCStressTest
    @JCStressMeta(MutualExclusion.class)
    @State
    public static class BoundedNonFair extends Case {
      public BoundedNonFair() {
        super(Subject.nonFair(1, 1));
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

  /** Takes and gives in two steps. */
  @JCStressTest
  @Outcome(
      id = {"1, 2, 1", "2, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One after the other.")
  @Outcome(
      id = {"1, 1, .*", "2, 2, .*"},
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Both were inside.")
  @Outcome(expect = Expect.ACCEPTABLE, desc = "A permit was lost or doubled.")
  @State
  public static class Weakened extends Timed {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.RACY));
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

  /**
   * As the case, but the waits end, for a toy that loses a permit would hang, and the stay is
   * longer.
   */
  abstract static class Timed extends Case {
    Timed(Subject s) {
      super(s);
    }

    @Override
    void first(III_Result r) {
      meeting.meet();
      r.r1 = enter();
    }

    @Override
    void second(III_Result r) {
      meeting.meet();
      r.r2 = enter();
    }

    private int enter() {
      if (!s.take(1)) {
        return -1;
      }
      int mine = counter + 1;
      Timing.spin(500);
      counter = mine;
      s.release(1);
      return mine;
    }
  }
}
