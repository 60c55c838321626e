package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One permit lets one of three threads in at a time, however they ask for it, and each gets in.
 *
 * <p>With three threads a waiter is woken while another thread barges or gives back: a permit
 * handed to the waiter and also left for the barger lets two in.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t MutualExclusionOfThree[.]}</pre>
 */
@Outcome(
    id = "78, 0, 1",
    expect = Expect.ACCEPTABLE,
    desc = "The three came four times each, one by one; the permit is back.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Two were inside at once, one never got in, or the permit is lost or doubled.")
public class MutualExclusionOfThree {
  private MutualExclusionOfThree() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    int counter;
    int sum;
    int refused;

    Case(Subject s) {
      this.s = s;
    }

    private void enter() {
      for (int i = 0; i < 4; i++) {
        if (!s.take(1)) {
          refused++;
          return;
        }
        sum += ++counter;
        s.release(1);
      }
    }

    void first(III_Result r) {
      meeting.meet();
      enter();
    }

    void second(III_Result r) {
      Third.start(this::enter);
      meeting.meet();
      enter();
      Third.join();
    }

    void check(III_Result r) {
      r.r1 = sum;
      r.r2 = refused;
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(MutualExclusionOfThree.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(1, true));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(III_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(MutualExclusionOfThree.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(1));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(III_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(MutualExclusionOfThree.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(1));
      }

      @Actor
      public void actor1(III_Result r) {
        first(r);
      }

      @Actor
      public void actor2(III_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(III_Result r) {
        check(r);
      }
    }
  }

  /** Takes and gives in two steps. */
  @JCStressTest
  @Outcome(id = "78, 0, 1", expect = Expect.ACCEPTABLE, desc = "One by one.")
  @Outcome(
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Two were inside, or the permit was lost or doubled.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(1, Toy.Fault.RACY));
    }

    @Actor
    public void actor1(III_Result r) {
      first(r);
    }

    @Actor
    public void actor2(III_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(III_Result r) {
      check(r);
    }
  }
}
