package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * After a put has returned, a poll finds an element: two threads that each put one and then poll
 * both get one.
 *
 * <p>If a place were claimed in one step and filled in another, the poll of one would meet the hole
 * that the other has not filled yet. That is what a bare ring between two semaphores does.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueuePutThenPoll[.]}</pre>
 */
@Outcome(
    id = {"1, 2", "2, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "Each got one.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A poll found nothing (0), or both the same.")
public class QueuePutThenPoll {
  private QueuePutThenPoll() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(II_Result r) {
      meeting.meet();
      q.offer(1);
      r.r1 = QueueSubject.orZero(q.poll());
    }

    void second(II_Result r) {
      meeting.meet();
      q.offer(2);
      r.r2 = QueueSubject.orZero(q.poll());
    }
  }

  /** The JDK's queue. */
  @JCStressTest
  @JCStressMeta(QueuePutThenPoll.class)
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
    @JCStressMeta(QueuePutThenPoll.class)
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
    @JCStressMeta(QueuePutThenPoll.class)
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

  /** Claims first, fills later: a poll meets the hole. */
  @JCStressTest
  @Outcome(
      id = {"1, 2", "2, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Claims first, fills later: a poll meets the hole.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(2, ToyQueue.Fault.HOLE));
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
