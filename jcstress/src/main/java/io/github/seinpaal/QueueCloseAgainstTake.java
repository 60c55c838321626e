package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One who waits for an element gets it, or learns of the end, as elements are put and the queue is
 * closed.
 *
 * <p>If the end were told only to those who come later, one who waits would wait for ever.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueCloseAgainstTake[.]}</pre>
 */
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The element, then the end.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The element was lost, or the end did not come (-1).")
public class QueueCloseAgainstTake {
  private QueueCloseAgainstTake() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(II_Result r) {
      meeting.meet();
      r.r1 = q.take() == (Object) 1 ? 1 : -1;
      r.r2 = q.take() == QueueSubject.END ? 1 : -1;
    }

    void second(II_Result r) {
      meeting.meet();
      q.offer(1);
      Timing.spin(Timing.upTo(100_000));
      q.close();
    }
  }

  /** A queue under one monitor. */
  @JCStressTest
  @JCStressMeta(QueueCloseAgainstTake.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.toy(1));
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
    @JCStressMeta(QueueCloseAgainstTake.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(1));
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
    @JCStressMeta(QueueCloseAgainstTake.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(1));
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

  /** Nobody is told of the end: a taker waits for ever. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Nobody is told of the end: a taker waits for ever.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(1, ToyQueue.Fault.CLOSE_SILENTLY));
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
