package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/**
 * An element is taken, or removed from the inside, but not both; the others stay.
 *
 * <p>If the place of the element were found in one step and emptied in another, a taker in between
 * would have moved another element there.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueRemoveAgainstTake[.]}</pre>
 */
@Outcome(id = "true, 2, 0", expect = Expect.ACCEPTABLE, desc = "Removed; the poll got the other.")
@Outcome(id = "false, 1, 1", expect = Expect.ACCEPTABLE, desc = "Taken; the other is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An element was lost or doubled.")
public class QueueRemoveAgainstTake {
  private QueueRemoveAgainstTake() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
      q.offer(1);
      q.offer(2);
    }

    void first(ZII_Result r) {
      meeting.meet();
      r.r1 = q.remove(1);
    }

    void second(ZII_Result r) {
      meeting.meet();
      r.r2 = (Integer) q.poll();
    }

    void check(ZII_Result r) {
      r.r3 = q.size();
    }
  }

  /** The JDK's queue. */
  @JCStressTest
  @JCStressMeta(QueueRemoveAgainstTake.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.juc(2));
    }

    @Actor
    public void actor1(ZII_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZII_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZII_Result r) {
      check(r);
    }
  }

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueueRemoveAgainstTake.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(2));
      }

      @Actor
      public void actor1(ZII_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZII_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZII_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(QueueRemoveAgainstTake.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(2));
      }

      @Actor
      public void actor1(ZII_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZII_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZII_Result r) {
        check(r);
      }
    }
  }

  /** Finds first, removes later: another element is lost. */
  @JCStressTest
  @Outcome(
      id = {"true, 2, 0", "false, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Finds first, removes later: another element is lost.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(2, ToyQueue.Fault.FIND_THEN_REMOVE));
    }

    @Actor
    public void actor1(ZII_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZII_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZII_Result r) {
      check(r);
    }
  }
}
