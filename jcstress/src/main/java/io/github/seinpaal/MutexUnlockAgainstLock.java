package io.github.seinpaal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * An unlock that meets a lock lets it in: whoever waits for a mutex that is unlocked returns.
 *
 * <p>The locking thread sees an owner; the owner unlocks and finds no waiter; the other joins the
 * queue and parks without looking again: it sleeps for ever beside a free mutex.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t MutexUnlockAgainstLock[.]}</pre>
 */
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Locked; free in the end.")
@SuppressWarnings("LockNotBeforeTry") // what is tested
@Outcome(expect = Expect.FORBIDDEN, desc = "A waiter slept on, or the mutex was not unlocked.")
public class MutexUnlockAgainstLock {
  private MutexUnlockAgainstLock() {}

  abstract static class Case {
    final Lock m;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final long stay = Timing.upTo(Timing.upTo(2) == 0 ? 3_000 : 100_000);

    Case(Lock m) {
      this.m = m;
    }

    void first(ZZ_Result r) {
      m.lock();
      meeting.meet();
      Timing.spin(stay);
      m.unlock();
    }

    void second(ZZ_Result r) {
      meeting.meet();
      try {
        r.r1 = m.tryLock(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
      if (r.r1) {
        m.unlock();
      }
    }

    void check(ZZ_Result r) {
      r.r2 = m.tryLock();
    }
  }

  /** The JDK's lock. */
  @JCStressTest
  @JCStressMeta(MutexUnlockAgainstLock.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(new ReentrantLock());
    }

    @Actor
    public void actor1(ZZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZ_Result r) {
      check(r);
    }
  }

  /** The library's mutex. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(MutexUnlockAgainstLock.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(new Mutex(true));
      }

      @Actor
      public void actor1(ZZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZ_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(MutexUnlockAgainstLock.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(new Mutex(false));
      }

      @Actor
      public void actor1(ZZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZ_Result r) {
        check(r);
      }
    }
  }

  /** Waits without looking again. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "No unlock fell into the gap.")
  @Outcome(
      id = "false, true",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The waiter sleeps beside a free mutex.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(new ToyLock(ToyLock.Fault.LATE_TO_WAIT));
    }

    @Actor
    public void actor1(ZZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZ_Result r) {
      check(r);
    }
  }
}
