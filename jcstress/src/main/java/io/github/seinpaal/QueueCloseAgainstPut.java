package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A put that returns as the queue is closed has its element taken before the end of the stream; one
 * that is refused has added nothing.
 *
 * <p>If the queue were found open in one step, and the element added in another, the consumers
 * would have gone when it comes.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueueCloseAgainstPut[.]}</pre>
 */
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "Added before the queue was closed.")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "Refused.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Lost behind the end, or added though refused; or the end did not come (-1).")
public class QueueCloseAgainstPut {
  private QueueCloseAgainstPut() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(ZI_Result r) {
      meeting.meet();
      r.r1 = q.offer(1);
    }

    void second(ZI_Result r) {
      meeting.meet();
      q.close();
      r.r2 = q.takeAll();
    }
  }

  /** A queue under one monitor. */
  @JCStressTest
  @JCStressMeta(QueueCloseAgainstPut.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.toy(1));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }
  }

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueueCloseAgainstPut.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(QueueCloseAgainstPut.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(1));
      }

      @Actor
      public void actor1(ZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZI_Result r) {
        second(r);
      }
    }
  }

  /** Looks first, adds later: the element comes behind the end. */
  @JCStressTest
  @Outcome(
      id = {"true, 1", "false, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Looks first, adds later: the element comes behind the end.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.toy(1, ToyQueue.Fault.CHECK_THEN_ADD));
    }

    @Actor
    public void actor1(ZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZI_Result r) {
      second(r);
    }
  }
}
