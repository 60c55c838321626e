package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What is in a queue that is closed while it is drained comes out once, and then the end.
 *
 * <p>If the elements were copied in one step and removed in another, a taker would get some of them
 * again.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueDrainAgainstClose[.]}</pre>
 */
@Outcome(
    id = {"2, 0", "1, 1", "0, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "Both came out once.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "An element was lost or doubled, or the end did not come (-1).")
public class QueueDrainAgainstClose {
  private QueueDrainAgainstClose() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
      q.offer(1);
      q.offer(2);
    }

    void first(II_Result r) {
      meeting.meet();
      r.r1 = q.drainTo(QueueSubject.basket());
    }

    void second(II_Result r) {
      meeting.meet();
      q.close();
      r.r2 = q.takeAll();
    }
  }

  /** A queue under one monitor. */
  @JCStressTest
  @JCStressMeta(QueueDrainAgainstClose.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.toy(3));
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
    @JCStressMeta(QueueDrainAgainstClose.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(3));
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
    @JCStressMeta(QueueDrainAgainstClose.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(3));
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

  /** Copies first, removes later: an element comes out twice. */
  @JCStressTest
  @Outcome(
      id = {"2, 0", "1, 1", "0, 2"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Copies first, removes later: an element comes out twice.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(3, ToyQueue.Fault.COPY_THEN_CLEAR));
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
