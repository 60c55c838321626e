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
 * An attempt that fails has taken nothing from others: of an attempt on one, made while there is no
 * permit, and one on two right after two were released, at least one succeeds.
 *
 * <p>If the attempt on one subtracted first and put back later what it should not have taken, the
 * attempt on two would find one of its two permits missing; a reduction after that makes the first
 * attempt fail as well.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t TryAcquireBesideOverdraft[.]}</pre>
 */
@Outcome(id = "true, false, -1", expect = Expect.ACCEPTABLE, desc = "One was taken first.")
@Outcome(
    id = "false, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "Two were taken first, or the attempt on one came too early or too late.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "Both failed though two permits were free during the whole of the second attempt, or a"
            + " permit is lost or invented.")
public class TryAcquireBesideOverdraft {
  private TryAcquireBesideOverdraft() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    private final long delay = Timing.upTo(150);

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      Timing.spin(delay);
      r.r1 = s.tryAcquire(1);
    }

    void second(ZZI_Result r) {
      meeting.meet();
      s.release(2);
      r.r2 = s.tryAcquire(2);
      if (!r.r2) {
        s.reducePermits(2);
      }
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(TryAcquireBesideOverdraft.class)
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
    @JCStressMeta(TryAcquireBesideOverdraft.class)
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
    @JCStressMeta(TryAcquireBesideOverdraft.class)
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
  }

  /** Subtracts, looks, and adds back. */
  @JCStressTest
  @Outcome(
      id = {"true, false, -1", "false, true, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "The debt did no harm this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "The attempt on two saw the debt.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.UNDO));
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
