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
 * A signal that meets the end of the first waiter's time goes to it or, if it has left, to the
 * second: it is neither lost nor doubled.
 *
 * <p>The signal has chosen the first; that one wakes by its timeout and goes without looking: the
 * signal is lost, and the second sleeps on.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ConditionSignalAgainstTimeout[.]}</pre>
 */
@Outcome(
    id = {"true, false", "false, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The signal went to the first, or, which had left, to the second.")
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // what is tested
@Outcome(expect = Expect.FORBIDDEN, desc = "The signal was lost or doubled.")
public class ConditionSignalAgainstTimeout {
  private ConditionSignalAgainstTimeout() {}

  abstract static class Case {
    final Lock m;
    final Condition c;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final long timeout = 60_000 + Timing.upTo(120_000);
    private final long lead = Timing.upTo(60_000) - 20_000;
    private volatile long deadline;
    private volatile boolean secondWaits; // or is about to, with the mutex locked
    private boolean firstSignalled; // the three below: with the mutex locked
    private boolean secondSignalled;

    Case(Lock m) {
      this.m = m;
      this.c = m.newCondition();
    }

    /** Waits as the first in the queue; behind it a third thread waits for as long as it takes. */
    void first(ZZ_Result r) {
      meeting.meet();
      m.lock();
      Third.start(this::waitSecond);
      boolean signalled = waitFirst();
      firstSignalled = signalled;
      if (signalled) {
        c.signal(); // lets the other go
      }
      m.unlock();
      Third.join();
      r.r1 = signalled;
      r.r2 = secondSignalled;
    }

    private void waitSecond() {
      m.lock();
      secondWaits = true;
      try {
        secondSignalled = c.await(ToyLock.patience(m), TimeUnit.NANOSECONDS) && !firstSignalled;
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      } finally {
        m.unlock();
      }
    }

    private boolean waitFirst() {
      deadline = System.nanoTime() + timeout;
      try {
        return c.await(timeout, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    }

    void second(ZZ_Result r) {
      meeting.meet();
      for (int i = 0; !secondWaits; i++) {
        Timing.pause(i);
      }
      Timing.spin(deadline + lead - System.nanoTime());
      m.lock(); // so the second is in the queue
      c.signal();
      m.unlock();
    }
  }

  /** The JDK's condition. */
  @JCStressTest
  @JCStressMeta(ConditionSignalAgainstTimeout.class)
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
    @JCStressMeta(ConditionSignalAgainstTimeout.class)
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
    @JCStressMeta(ConditionSignalAgainstTimeout.class)
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

  /** Does not look for a signal when the time is over. */
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, true"},
      expect = Expect.ACCEPTABLE,
      desc = "No signal met a leaver this time.")
  @Outcome(
      id = "false, false",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The signal was lost to one who had left.")
  @State
  public static class Weakened extends Case {
    public Weakened() {
      super(new ToyLock(ToyLock.Fault.FORGET_SIGNAL));
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
