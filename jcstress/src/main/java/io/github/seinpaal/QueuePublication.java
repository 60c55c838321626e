package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Whoever takes an element sees all that was written to it before it was put, though the element
 * does nothing for that itself.
 *
 * <p>If the element could be taken before the stores to its fields are ordered before it, its taker
 * would see some of them unset.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t QueuePublication[.]}</pre>
 */
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "All fields were seen.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A field was not seen, or the element did not come.")
public class QueuePublication {
  private QueuePublication() {}

  abstract static class Case {
    final QueueSubject q;
    final Timing.Meeting meeting = new Timing.Meeting();

    /** Published by nothing but the queue. */
    static final class Unsafe {
      int a;
      int b;
      int c;
      int d;
    }

    Case(QueueSubject q) {
      this.q = q;
    }

    void first(I_Result r) {
      meeting.meet();
      Unsafe e = new Unsafe();
      e.a = 1;
      e.b = 1;
      e.c = 1;
      e.d = 1;
      q.offer(e);
    }

    void second(I_Result r) {
      meeting.meet();
      Unsafe e = (Unsafe) q.poll();
      if (e == null) {
        e = (Unsafe) q.take();
      }
      r.r1 = e == null ? -1 : e.a & e.b & e.c & e.d;
    }
  }

  /** The JDK's queue. */
  @JCStressTest
  @JCStressMeta(QueuePublication.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(QueueSubject.juc(1));
    }

    @Actor
    public void actor1(I_Result r) {
      first(r);
    }

    @Actor
    public void actor2(I_Result r) {
      second(r);
    }
  }

  /** The library's queue. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(QueuePublication.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(QueueSubject.fair(1));
      }

      @Actor
      public void actor1(I_Result r) {
        first(r);
      }

      @Actor
      public void actor2(I_Result r) {
        second(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(QueuePublication.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(QueueSubject.nonFair(1));
      }

      @Actor
      public void actor1(I_Result r) {
        first(r);
      }

      @Actor
      public void actor2(I_Result r) {
        second(r);
      }
    }
  }

  /** The element is put before it is written: a field unseen. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "In order this time.")
  @Outcome(
      id = "0",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The element is put before it is written: a field unseen.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(QueueSubject.juc(1));
    }

    @Override
    void first(I_Result r) {
      meeting.meet();
      Unsafe e = new Unsafe();
      e.a = 1;
      e.b = 1;
      q.offer(e);
      Timing.gap();
      e.c = 1;
      e.d = 1;
    }

    @Actor
    public void actor1(I_Result r) {
      first(r);
    }

    @Actor
    public void actor2(I_Result r) {
      second(r);
    }
  }
}
