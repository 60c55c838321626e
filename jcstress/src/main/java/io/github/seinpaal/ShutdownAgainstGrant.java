package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A release and a shutdown meet at a waiter: it is granted the permit, or it is refused and the
 * permit is there.
 *
 * <p>The permit has been assigned; the waiter sees the shutdown first and goes without looking: the
 * permit belongs to nobody.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ShutdownAgainstGrant[.]}</pre>
 */
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "Granted.")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "Refused; the permit is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permit was lost or doubled.")
public class ShutdownAgainstGrant {
  private ShutdownAgainstGrant() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZI_Result r) {
      meeting.meet();
      r.r1 = s.enter(1);
    }

    void second(ZI_Result r) {
      long delay = Timing.upTo(2_000);
      meeting.meet();
      Timing.spin(Timing.upTo(20_000));
      Third.start(
          () -> {
            Timing.spin(delay);
            s.shutdown();
          });
      s.release(1);
      Third.join();
    }

    void check(ZI_Result r) {
      r.r2 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(ShutdownAgainstGrant.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(0, 1));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZI_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(ShutdownAgainstGrant.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0, 1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZI_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(ShutdownAgainstGrant.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0, 1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZI_Result r) {
        check(r);
      }
    }
  }

  /** Does not look for its grant when it is refused. */
  @JCStressTest
  @Outcome(
      id = {"true, 0", "false, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "They did not meet.")
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The permit was lost.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, 1, Toy.Fault.FORGET_GRANT));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZI_Result r) {
      check(r);
    }
  }
}
