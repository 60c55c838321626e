package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * What a thread writes before a release is seen by whoever sees that a request without a thread has
 * been granted that permit, whether it was made before or after the release.
 *
 * <p>If the grant did not pass on what the release published, the data could be stale.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t PublicationByFuture[.]}</pre>
 */
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "Granted, and the data seen.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The data was not seen, or the permit never came.")
public class PublicationByFuture {
  private PublicationByFuture() {}

  abstract static class Case {
    final Subject s;
    final Timing.Meeting meeting = new Timing.Meeting();
    int data;

    Case(Subject s) {
      this.s = s;
    }

    void first(ZI_Result r) {
      meeting.meet();
      data = 1;
      s.release(1);
    }

    void second(ZI_Result r) {
      meeting.meet();
      Subject.Request request = s.request(1);
      for (int i = 0; !request.isGranted(); i++) {
        Timing.pause(i);
      }
      r.r1 = true;
      r.r2 = data;
    }
  }

  /** The toy without a fault. */
  @JCStressTest
  @JCStressMeta(PublicationByFuture.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(Subject.toy(0, 1));
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

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(PublicationByFuture.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(Subject.fair(0, 1));
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
    @JCStressMeta(PublicationByFuture.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(Subject.nonFair(0, 1));
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

  /** Releases before it writes. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "Written in time.")
  @Outcome(
      id = "true, 0",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The data was not there yet.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(Subject.toy(0, 1));
    }

    @Override
    void first(ZI_Result r) {
      meeting.meet();
      s.release(1);
      Timing.gap();
      data = 1;
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
