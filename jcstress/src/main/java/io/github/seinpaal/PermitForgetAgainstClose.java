package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Forgetting a guard while another thread closes it: either the permits are the caller's, or they
 * are released; never both, never neither.
 *
 * <p>If the count of the guard were read and written in two steps, both could have it.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PermitForgetAgainstClose[.]}</pre>
 */
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "Forgotten: the caller has them.")
@Outcome(
    id = "-1, 2",
    expect = Expect.ACCEPTABLE,
    desc = "Closed: released, and nothing left to forget.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The permits are nobody's, or in two hands.")
public class PermitForgetAgainstClose {
  private PermitForgetAgainstClose() {}

  abstract static class Case {
    final Subject s;
    final Subject.Guard guard;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
      this.guard = s.guard(2);
    }

    void first(II_Result r) {
      meeting.meet();
      guard.close();
    }

    void second(II_Result r) {
      meeting.meet();
      r.r1 = guard.forget();
    }

    void check(II_Result r) {
      r.r2 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(PermitForgetAgainstClose.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(II_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  @JCStressTest
  @JCStressMeta(PermitForgetAgainstClose.class)
  @State
  public static class Actual extends Case {
    public Actual() {
      super(Subject.nonFair(2));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(II_Result r) {
      check(r);
    }
  }

  /** Reads and writes the count in two steps. */
  @JCStressTest
  @Outcome(
      id = {"2, 0", "-1, 2"},
      expect = Expect.ACCEPTABLE,
      desc = "One hand this time.")
  @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Forgotten and released.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, Toy.Fault.GUARD_IN_STEPS));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(II_Result r) {
      check(r);
    }
  }
}
