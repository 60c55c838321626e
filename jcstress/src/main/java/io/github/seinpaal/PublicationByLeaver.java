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
 * A permit released to a queue whose head needs more goes to the next when the head times out: that
 * one sees what the releasing thread wrote, though the leaving thread hands over.
 *
 * <p>If the leaving thread granted from a stale view, or the waiter relied on the granter alone to
 * have seen the release, the data could be missing.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PublicationByLeaver[.]}</pre>
 */
@Outcome(id = "true, 1, 0", expect = Expect.ACCEPTABLE, desc = "Granted, and the data is seen.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Granted without the data, never granted, or a permit is lost or invented.")
public class PublicationByLeaver {
  private PublicationByLeaver() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    final long timeout = Timing.shortTimeout();
    int data;

    Case(Subject s) {
      this.s = s;
    }

    boolean take() {
      return s.take(1);
    }

    void first(ZII_Result r) {
      Third.start(() -> s.take(2, timeout));
      Timing.awaitQueue(s, 1);
      meeting.meet();
      Timing.spin(Timing.upTo(timeout + 1000));
      data = 1;
      s.release(1);
      Third.join();
    }

    void second(ZII_Result r) {
      meeting.meet();
      r.r1 = take();
      r.r2 = data;
    }

    void check(ZII_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(PublicationByLeaver.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.juc(0, true));
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

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(PublicationByLeaver.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0));
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
    @JCStressMeta(PublicationByLeaver.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0));
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

  /** Does not look whether it got the permit. */
  @JCStressTest
  @Outcome(id = "true, 1, 0", expect = Expect.ACCEPTABLE, desc = "In order this time.")
  @Outcome(
      id = "false, 1, 1",
      expect = Expect.ACCEPTABLE,
      desc = "The attempt failed, and the data was there.")
  @Outcome(
      id = "false, 0, 1",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "A failed attempt gives no order.")
  @State
  public static class Weakened extends Unchecked {
    public Weakened() {
      super();
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

  /** Tries once and reads the data in any case. */
  abstract static class Unchecked extends Case {
    Unchecked() {
      super(Subject.nonFair(0));
    }

    @Override
    boolean take() {
      return s.tryAcquire(1);
    }
  }
}
