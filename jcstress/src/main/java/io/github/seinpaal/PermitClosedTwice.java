package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two threads that close the same guard release its permits once.
 *
 * <p>If a guard looked whether it is open in one step and noted in another that it is closed, both
 * could release.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PermitClosedTwice[.]}</pre>
 */
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Released once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Released twice, or not at all.")
public class PermitClosedTwice {
  private PermitClosedTwice() {}

  abstract static class Case {
    final Subject s;
    final Subject.Guard guard;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
      this.guard = s.guard(1);
    }

    void first(I_Result r) {
      meeting.meet();
      guard.close();
    }

    void second(I_Result r) {
      meeting.meet();
      guard.close();
    }

    void check(I_Result r) {
      r.r1 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(PermitClosedTwice.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(1));
    }

    @Actor
    public void actor1(I_Result r) {
      first(r);
    }

    @Actor
    public void actor2(I_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  @JCStressTest
  @JCStressMeta(PermitClosedTwice.class)
  @State
  public static class Actual extends Case {
    public Actual() {
      super(Subject.nonFair(1));
    }

    @Actor
    public void actor1(I_Result r) {
      first(r);
    }

    @Actor
    public void actor2(I_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      check(r);
    }
  }

  /** Looks and notes in two steps. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Released once this time.")
  @Outcome(id = "2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Released twice.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.GUARD_IN_STEPS));
    }

    @Actor
    public void actor1(I_Result r) {
      first(r);
    }

    @Actor
    public void actor2(I_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      check(r);
    }
  }
}
