package io.github.seinpaal;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * One thread at a time owns a mutex, and sees what the owner before has written: two threads that
 * add to a plain counter while they own it lose no addition.
 *
 * <p>If the mutex were looked at and taken in two steps, both threads could find it free, go in
 * together and both read 0 from the counter. If the owner were cleared after the mutex is free, the
 * next one's name could be wiped out, and its unlock would throw.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t MutexExclusion[.]}</pre>
 */
@Outcome(
    id = {"1, 2, true", "2, 1, true"},
    expect = Expect.ACCEPTABLE,
    desc = "One after the other; the mutex is free.")
@SuppressWarnings("LockNotBeforeTry") // what is tested
@Outcome(expect = Expect.FORBIDDEN, desc = "Both were inside, or the mutex was never unlocked.")
public class MutexExclusion {
  private MutexExclusion() {}

  abstract static class Case {
    final Lock m;
    final Timing.Meeting meeting = new Timing.Meeting();
    int counter;

    Case(Lock m) {
      this.m = m;
    }

    void first(IIZ_Result r) {
      meeting.meet();
      m.lock();
      r.r1 = stay();
      m.unlock();
    }

    void second(IIZ_Result r) {
      meeting.meet();
      try {
        m.lockInterruptibly();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
      r.r2 = stay();
      m.unlock();
    }

    int stay() {
      return ++counter;
    }

    void check(IIZ_Result r) {
      r.r3 = m.tryLock();
    }
  }

  /** The same with a stay long enough to be met. */
  abstract static class Lengthy extends Case {
    Lengthy(Lock m) {
      super(m);
    }

    @Override
    int stay() {
      int seen = counter;
      Timing.gap();
      counter = seen + 1;
      return seen + 1;
    }
  }

  /** The JDK's lock. */
  @JCStressTest
  @JCStressMeta(MutexExclusion.class)
  @State
  public static class Model extends Case {
    public Model() {
      super(new ReentrantLock());
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIZ_Result r) {
      check(r);
    }
  }

  /** The library's mutex. */
  public static class Actual {
    private Actual() {}

    /** Fair. */
    @JCStressTest
    @JCStressMeta(MutexExclusion.class)
    @State
    public static class Fair extends Case {
      public Fair() {
        super(new Mutex(true));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIZ_Result r) {
        check(r);
      }
    }

    /** Non-fair. */
    @JCStressTest
    @JCStressMeta(MutexExclusion.class)
    @State
    public static class NonFair extends Case {
      public NonFair() {
        super(new Mutex(false));
      }

      @Actor
      public void actor1(IIZ_Result r) {
        first(r);
      }

      @Actor
      public void actor2(IIZ_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(IIZ_Result r) {
        check(r);
      }
    }
  }

  /** Looks and takes in two steps. */
  @JCStressTest
  @Outcome(
      id = {"1, 2, true", "2, 1, true"},
      expect = Expect.ACCEPTABLE,
      desc = "One after the other.")
  @Outcome(
      id = {"1, 1, true", "2, 2, true"},
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "Both were inside.")
  @State
  public static class Weakened extends Lengthy {
    public Weakened() {
      super(new ToyLock(ToyLock.Fault.RACY));
    }

    @Actor
    public void actor1(IIZ_Result r) {
      first(r);
    }

    @Actor
    public void actor2(IIZ_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(IIZ_Result r) {
      check(r);
    }
  }
}
