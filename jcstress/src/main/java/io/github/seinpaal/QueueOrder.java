package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What one thread puts, another takes in the same order, whether it waits for it or not.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueOrder[.]}</pre>
 */
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "In order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Out of order, or lost (0).")
public class QueueOrder {
  private QueueOrder() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(II_Result r) {
      meeting.meet();
      q.offer(1);
      q.offer(2);
    }

    void second(II_Result r) {
      meeting.meet();
      r.r1 = QueueSubject.orZero(q.take());
      r.r2 = QueueSubject.orZero(q.take());
    }
  }

  /** The JDK's queue. */
  @JCStressTest
  @JCStressMeta(QueueOrder.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.juc(2));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }
  }

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueueOrder.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(2));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(QueueOrder.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(2));
      }

      @Actor
      public void actor1(II_Result r) {
        first(r);
      }

      @Actor
      public void actor2(II_Result r) {
        second(r);
      }
    }
  }

  /** The youngest is taken first. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "In order this time.")
  @Outcome(
      id = "2, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The youngest is taken first.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(2, ToyQueue.Fault.LIFO));
    }

    @Actor
    public void actor1(II_Result r) {
      first(r);
    }

    @Actor
    public void actor2(II_Result r) {
      second(r);
    }
  }
}
