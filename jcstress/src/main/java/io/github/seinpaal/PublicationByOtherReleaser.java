package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/**
 * A request of two permits sees what both releasing threads wrote before, though only the second of
 * them, a third thread, grants it.
 *
 * <p>If a release that does not complete the request left its permit with a weaker access than the
 * one that grants, the waiter would see the granting thread only.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PublicationByOtherReleaser[.]}</pre>
 */
@Outcome(id = "true, 1, 1", expect = Expect.ACCEPTABLE, desc = "Both are seen.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Granted without seeing both, or never granted.")
public class PublicationByOtherReleaser {
  private PublicationByOtherReleaser() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    int x;
    int y;

    Case(Subject s) {
      this.s = s;
    }

    int needed() {
      return 2;
    }

    void first(ZII_Result r) {
      Third.start(
          () -> {
            y = 1;
            s.release(1);
          });
      meeting.meet();
      x = 1;
      s.release(1);
      Third.join();
    }

    void second(ZII_Result r) {
      meeting.meet();
      r.r1 = s.take(needed());
      r.r2 = x;
      r.r3 = y;
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(PublicationByOtherReleaser.class)
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
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(PublicationByOtherReleaser.class)
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
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(PublicationByOtherReleaser.class)
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
    }
  }

  /** Takes only one of the two permits. */
  @JCStressTest
  @Outcome(id = "true, 1, 1", expect = Expect.ACCEPTABLE, desc = "Both were there this time.")
  @Outcome(
      id = "true, (1, 0|0, 1|0, 0)",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The releaser of the permit not taken is not seen.")
  @State
  public static class Weakened extends One {
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
  }

  /** Asks for one permit and reads what both wrote. */
  abstract static class One extends Case {
    One() {
      super(Subject.nonFair(0));
    }

    @Override
    int needed() {
      return 1;
    }
  }
}
