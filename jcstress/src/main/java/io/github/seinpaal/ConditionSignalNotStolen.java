package io.github.seinpaal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A signal is for those who wait when it is given: one who begins to wait after it does not get it,
 * also if the one who waited leaves at that moment.
 *
 * <p>The signal is counted; the waiter's time is over, and it goes without taking the signal; the
 * thread that gave the signal waits next, finds it counted and takes it.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ConditionSignalNotStolen[.]}</pre>
 */
@Outcome(
    id = {"true, false", "false, false"},
    expect = Expect.ACCEPTABLE,
    desc = "The signal went to the waiter, or to nobody, since it had left.")
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // what is tested
@Outcome(expect = Expect.FORBIDDEN, desc = "The signal was stolen.")
public class ConditionSignalNotStolen {
  private ConditionSignalNotStolen() {}

  abstract static class Case {
    final Lock m;
    final Condition c;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final long timeout = 10_000 + Timing.upTo(100_000);
    private final long lead = Timing.upTo(60_000) - 20_000;

    Case(Lock m) {
      this.m = m;
      this.c = m.newCondition();
    }

    void first(ZZ_Result r) {
      m.lock();
      meeting.meet();
      r.r1 = await(timeout);
      m.unlock();
    }

    void second(ZZ_Result r) {
      meeting.meet();
      Timing.spin(timeout + lead);
      m.lock(); // so the first waits, or has left
      c.signal();
      r.r2 = await(60_000);
      m.unlock();
    }

    private boolean await(long nanos) {
      try {
        return c.await(nanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    }
  }

  /** The JDK's condition. */
  @JCStressTest
  @JCStressMeta(ConditionSignalNotStolen.class)
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
  }

  /** The library's mutex. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(ConditionSignalNotStolen.class)
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
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(ConditionSignalNotStolen.class)
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
    }
  }

  /** Counts signals. */
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, false"},
      expect = Expect.ACCEPTABLE,
      desc = "No signal met a leaver this time.")
  @Outcome(
      id = "false, true",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The signal was kept, and stolen.")
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "A signal was doubled.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(new ToyLock(ToyLock.Fault.KEEP_SIGNAL));
    }

    @Actor
    public void actor1(ZZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZ_Result r) {
      second(r);
    }
  }
}
