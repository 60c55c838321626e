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
 * A signal that meets an interrupt of the first waiter goes to it, and the interrupt stays pending;
 * or, if it has left, to the second.
 *
 * <p>The signal has chosen the first; that one wakes, sees its interrupt and throws: the signal is
 * lost, and the second sleeps on.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t ConditionSignalAgainstInterrupt[.]}</pre>
 */
@Outcome(
    id = {"true, false", "false, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The signal went to the first, or, which was interrupted, to the second.")
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // what is tested
@Outcome(expect = Expect.FORBIDDEN, desc = "The signal was lost or doubled.")
public class ConditionSignalAgainstInterrupt {
  private ConditionSignalAgainstInterrupt() {}

  abstract static class Case {
    final Lock m;
    final Condition c;
    private final Timing.Meeting meeting = new Timing.Meeting();
    private final boolean interruptFirst = Timing.upTo(4) != 0;
    private final long pause = Timing.upTo(40_000);
    private volatile boolean interrupted;
    private volatile Thread first;
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
      first = Thread.currentThread();
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
      for (int i = 0; !interrupted; i++) {
        Timing.pause(i);
      }
      if (Thread.interrupted() != signalled) {
        throw new IllegalStateException("an interrupt was lost or doubled");
      }
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
      try {
        c.await();
        return true;
      } catch (InterruptedException e) {
        return false;
      }
    }

    void second(ZZ_Result r) {
      meeting.meet();
      for (int i = 0; !secondWaits; i++) {
        Timing.pause(i);
      }
      Timing.spin(pause);
      if (interruptFirst) {
        first.interrupt();
        interrupted = true;
        Timing.spin(pause / 4);
      }
      m.lock(); // so the second is in the queue
      c.signal();
      m.unlock();
      if (!interruptFirst) {
        Timing.spin(pause / 4);
        first.interrupt();
        interrupted = true;
      }
    }
  }

  /** The JDK's condition. */
  @JCStressTest
  @JCStressMeta(ConditionSignalAgainstInterrupt.class)
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
    @JCStressMeta(ConditionSignalAgainstInterrupt.class)
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
    @JCStressMeta(ConditionSignalAgainstInterrupt.class)
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

  /** Does not look for a signal when interrupted. */
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
