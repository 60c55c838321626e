package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * What a thread writes before a release is seen by the thread that acquires the permit, whether it
 * waited for it or not. A failed attempt promises nothing.
 *
 * <p>If the permits were a plain field, or read or written with an access mode weaker than acquire
 * and release, the data could be read before the permit was seen, and be stale: the compiler may,
 * for one, use again what an earlier read of the data gave.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t Publication[.]}</pre>
 */
@Outcome(
    id = {"1, 1, 0", "-1, 1, 0", "1, 1, 1", "-1, 1, 1"},
    expect = Expect.ACCEPTABLE,
    desc =
        "The data is seen by whoever has the permit (-1: the first attempt found none), whatever"
            + " was read before.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The permit was taken and the data not seen, or the permit never came.")
public class Publication {
  private Publication() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    int data;

    Case(Subject s) {
      this.s = s;
    }

    void first(III_Result r) {
      meeting.meet();
      data = 1;
      s.release(1);
    }

    void second(III_Result r) {
      meeting.meet();
      int before = data;
      boolean taken = s.tryAcquire(1);
      r.r1 = taken ? data : -1;
      r.r2 = taken || s.take(1) ? data : -1;
      r.r3 = before;
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(Publication.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(0, true));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(Publication.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(Publication.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }
    }
  }

  /** The permit is released before the data is written, as if the stores were reordered. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, .*", "-1, 1, .*"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      id = {"0, .*", "-1, 0, .*"},
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The permit was taken and the data was not seen.")
  @State
  public static class Weakened extends Reordered {
    public Weakened() {
      super();
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }

  /** Permits in a plain field: whether that shows depends on the compiler. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, .*", "-1, .*"},
      expect = Expect.ACCEPTABLE,
      desc = "In order this time.")
  @Outcome(
      id = "0, .*",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The permit was seen and the data was not.")
  @State
  public static class PlainPermits extends Plain {
    public PlainPermits() {
      super();
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }

  /** The data is read after an attempt that may have failed. */
  @JCStressTest
  @Outcome(id = "1, .*", expect = Expect.ACCEPTABLE, desc = "In order this time.")
  @Outcome(
      id = "0, .*",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The attempt failed and the data was not there.")
  @State
  public static class WeakenedByFailure extends Unchecked {
    public WeakenedByFailure() {
      super();
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }
  }

  /** Releases first. */
  abstract static class Reordered extends Case {
    Reordered() {
      super(Subject.nonFair(0));
    }

    @Override
    void first(III_Result r) {
      meeting.meet();
      s.release(1);
      Timing.gap();
      data = 1;
    }
  }

  /** Permits in a plain field; no wait. */
  abstract static class Plain {
    private final Timing.Meeting meeting = new Timing.Meeting();
    private int data;
    private int permits;

    void first(III_Result r) {
      meeting.meet();
      data = 1;
      permits = 1;
    }

    void second(III_Result r) {
      meeting.meet();
      int before = data;
      boolean taken = permits == 1;
      r.r1 = taken ? data : -1;
      r.r2 = 1;
      r.r3 = before;
    }
  }

  /** The attempt's answer is not looked at. */
  abstract static class Unchecked extends Case {
    Unchecked() {
      super(Subject.nonFair(0));
    }

    @Override
    void second(III_Result r) {
      meeting.meet();
      s.tryAcquire(1);
      r.r1 = data;
    }
  }
}
