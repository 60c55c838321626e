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
 * An acquire while the maximum shrinks takes its permits or does not; in the end exactly the new
 * maximum is there.
 *
 * <p>If the permits were read and written in two steps, the acquire would overwrite what the
 * shrinking took away.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ResizeAgainstAcquire[.]}</pre>
 */
@Outcome(
    id = "true, -1, true",
    expect = Expect.ACCEPTABLE,
    desc = "Taken: a debt until they are back.")
@Outcome(id = "false, 1, true", expect = Expect.ACCEPTABLE, desc = "Not taken: too few were left.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A permit was lost or invented.")
public class ResizeAgainstAcquire {
  private ResizeAgainstAcquire() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZIZ_Result r) {
      meeting.meet();
      s.setMaxPermits(1);
    }

    void second(ZIZ_Result r) {
      meeting.meet();
      r.r1 = s.tryAcquire(2);
    }

    void check(ZIZ_Result r) {
      r.r2 = s.availablePermits();
      if (r.r1) {
        s.release(2);
      }
      r.r3 = s.availablePermits() == 1 && !s.give(1);
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ResizeAgainstAcquire.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2, 2));
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
    @JCStressMeta(ResizeAgainstAcquire.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(2, 2));
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
    @JCStressMeta(ResizeAgainstAcquire.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(2, 2));
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

  /** Takes in two steps. */
  @JCStressTest
  @Outcome(
      id = {"true, -1, (true|false)", "false, 1, (true|false)"},
      expect = Expect.ACCEPTABLE,
      desc = "Nothing was overwritten this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "What the shrinking or the acquire took away was overwritten.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, 2, Toy.Fault.RACY));
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
