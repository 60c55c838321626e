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
 * A waiter that is granted, or woken, at the end of its wait and goes passes the permit on: the
 * patient waiter behind it is always served.
 *
 * <p>The release wakes the head and notes that a wake-up is in flight; the head times out and
 * leaves without clearing the note: nobody is ever woken again.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t GrantPassedOn[.]}</pre>
 */
@Outcome(
    id = {"true, true, 0", "false, true, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "The patient waiter was served, whether or not the hasty one was before.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The patient waiter was not woken, or the permit is lost or doubled.")
public class GrantPassedOn {
  private GrantPassedOn() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();

    Case(Subject s) {
      this.s = s;
    }

    void first(ZZI_Result r) {
      meeting.meet();
      r.r1 = s.take(1, timeout);
      if (r.r1) {
        s.release(1);
      }
    }

    void second(ZZI_Result r) {
      meeting.meet();
      Third.start(() -> r.r2 = s.take(1));
      Timing.spin(Timing.around(timeout));
      s.release(1);
      Third.join();
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(GrantPassedOn.class)
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
    @JCStressMeta(GrantPassedOn.class)
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
    @JCStressMeta(GrantPassedOn.class)
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

  /** Does not look for a grant when the time is over. */
  @JCStressTest
  @Outcome(
      id = "(true|false), true, 0",
      expect = Expect.ACCEPTABLE,
      desc = "No grant met the timeout this time.")
  @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "The grant was not passed on.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.FORGET_GRANT));
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
