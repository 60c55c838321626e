package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/**
 * Permits are neither lost nor invented: what is available at the end is what was there, less what
 * was reduced, and all of it can be taken.
 *
 * <p>If a release or a reduction read the permits and wrote the result in two steps, one of two
 * concurrent changes would be overwritten.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t Conservation[.]}</pre>
 */
@Outcome(
    id = {"true, 2, true", "false, 2, true"},
    expect = Expect.ACCEPTABLE,
    desc = "Three permits less one; all can be taken.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A permit was lost, invented, or is there and cannot be taken.")
public class Conservation {
  private Conservation() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZIZ_Result r) {
      meeting.meet();
      if (s.take(2)) {
        s.release(2);
      }
    }

    void second(ZIZ_Result r) {
      meeting.meet();
      r.r1 = s.tryAcquire(2);
      if (r.r1) {
        s.release(2);
      }
      s.reducePermits(1);
    }

    void check(ZIZ_Result r) {
      r.r2 = s.availablePermits();
      r.r3 = s.tryAcquire(2) && !s.tryAcquire(1);
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(Conservation.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(3, true));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(Conservation.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(3));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(Conservation.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(3));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }

    /** Fair, with a maximum. */
    @JCStressTest
    @JCStressMeta(Conservation.class)
    @State
    public static class BoundedFair extends Case {
      public BoundedFair() {
        super(Subject.fair(3, 3));
      }

      @Actor
      public void actor1(ZIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZIZ_Result r) {
        check(r);
      }
    }
  }

  /** Takes and gives in two steps. */
  @JCStressTest
  @Outcome(
      id = "(true|false), 2, true",
      expect = Expect.ACCEPTABLE,
      desc = "No change was lost this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "A change was overwritten.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(3, Toy.Fault.RACY));
    }

    @Actor
    public void actor1(ZIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZIZ_Result r) {
      check(r);
    }
  }
}
