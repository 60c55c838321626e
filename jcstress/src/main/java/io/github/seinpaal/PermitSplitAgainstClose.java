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
 * Splitting a guard while another thread closes it: either there is a part, and the close releases
 * the rest, or the split is refused. What was acquired is released once.
 *
 * <p>If the count of the guard were read and written in two steps, the part would be in both.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PermitSplitAgainstClose[.]}</pre>
 */
@Outcome(
    id = "true, 2",
    expect = Expect.ACCEPTABLE,
    desc = "Split first; both parts were released.")
@Outcome(id = "false, 2", expect = Expect.ACCEPTABLE, desc = "Closed first; the split was refused.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A permit was lost or doubled.")
public class PermitSplitAgainstClose {
  private PermitSplitAgainstClose() {}

  abstract static class Case {
    final Subject s;
    final Subject.Guard guard;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(Subject s) {
      this.s = s;
      this.guard = s.guard(2);
    }

    void first(ZI_Result r) {
      meeting.meet();
      guard.close();
    }

    void second(ZI_Result r) {
      meeting.meet();
      Subject.Guard part = guard.split(1);
      if (part != null) {
        r.r1 = true;
        part.close();
      }
    }

    void check(ZI_Result r) {
      r.r2 = s.availablePermits();
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(PermitSplitAgainstClose.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(2));
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
  @JCStressTest
  @JCStressMeta(PermitSplitAgainstClose.class)
  @State
  public static class Actual extends Case {
    public Actual() {
      super(Subject.nonFair(2));
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

  /** Reads and writes the count in two steps. */
  @JCStressTest
  @Outcome(
      id = {"true, 2", "false, 2"},
      expect = Expect.ACCEPTABLE,
      desc = "Nothing was doubled this time.")
  @Outcome(
      id = "true, 3",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The part was released twice.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(2, Toy.Fault.GUARD_IN_STEPS));
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
