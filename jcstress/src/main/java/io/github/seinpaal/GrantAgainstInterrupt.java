package io.github.seinpaal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * An interrupt that meets a release either ends the wait, and the permit is still there, or stays
 * pending, and the permit is taken. An uninterruptible wait always takes the permit and keeps the
 * interrupt.
 *
 * <p>The releasing thread has assigned the permit; the waiter wakes, sees its interrupt first and
 * throws: the permit belongs to nobody.
 *
 * <pre>{@code java -jar jcstress/target/jcstress.jar -t GrantAgainstInterrupt[.]}</pre>
 */
@Outcome(
    id = "true, true, 0",
    expect = Expect.ACCEPTABLE,
    desc = "Acquired; the interrupt is pending.")
@Outcome(
    id = "false, false, 1",
    expect = Expect.ACCEPTABLE,
    desc = "Interrupted; the permit is there.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The permit was lost or doubled, or the interrupt was lost or doubled.")
public class GrantAgainstInterrupt {
  private GrantAgainstInterrupt() {}

  abstract static class Case {
    final Subject s;
    private final boolean interruptFirst = Timing.upTo(2) == 0;
    private final long pause = Timing.upTo(1_500);
    private final long before = Timing.upTo(40_000);
    private final Timing.Meeting meeting = new Timing.Meeting();
    private volatile Thread waiter;
    private volatile boolean interrupted;

    Case(Subject s) {
      this.s = s;
    }

    abstract boolean take();

    void first(ZZI_Result r) {
      waiter = Thread.currentThread();
      meeting.meet();
      r.r1 = take();
      for (int i = 0; !interrupted; i++) {
        Timing.pause(i);
      }
      r.r2 = Thread.interrupted();
    }

    void second(ZZI_Result r) {
      meeting.meet();
      Timing.spin(before);
      if (!interruptFirst) {
        s.release(1);
        Timing.spin(pause);
      }
      waiter.interrupt();
      if (interruptFirst) {
        Timing.spin(pause);
        s.release(1);
      }
      interrupted = true;
    }

    void check(ZZI_Result r) {
      r.r3 = s.availablePermits();
    }
  }

  /** {@code acquire}: the interrupt may win. */
  abstract static class Interruptible extends Case {
    Interruptible(Subject s) {
      super(s);
    }

    @Override
    boolean take() {
      try {
        s.acquire(1);
        return true;
      } catch (InterruptedException e) {
        return false;
      }
    }
  }

  /** {@code acquireUninterruptibly}: the interrupt never wins. */
  abstract static class Uninterruptible extends Case {
    Uninterruptible(Subject s) {
      super(s);
    }

    @Override
    boolean take() {
      s.acquireUninterruptibly(1);
      return true;
    }
  }

  /** The JDK's semaphore. */
  @JCStressTest
  @JCStressMeta(GrantAgainstInterrupt.class)
  @State
  public static class Model extends Interruptible {
    public Model() {
      super(Subject.juc(0, true));
    }

    @Actor
    public void actor1(ZZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZI_Result r) {
      check(r);
    }
  }

  /** The library's semaphore. */
  public static class Actual {
    private Actual() {}

    /** {@code acquire}; fair. */
    @JCStressTest
    @JCStressMeta(GrantAgainstInterrupt.class)
    @State
    public static class InterruptibleFair extends Interruptible {
      public InterruptibleFair() {
        super(Subject.fair(0));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }

    /** {@code acquire}; non-fair. */
    @JCStressTest
    @JCStressMeta(GrantAgainstInterrupt.class)
    @State
    public static class InterruptibleNonFair extends Interruptible {
      public InterruptibleNonFair() {
        super(Subject.nonFair(0));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }

    /** {@code acquireUninterruptibly}; fair. */
    @JCStressTest
    @JCStressMeta(GrantAgainstInterrupt.class)
    @State
    public static class UninterruptibleFair extends Uninterruptible {
      public UninterruptibleFair() {
        super(Subject.fair(0));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }

    /** {@code acquireUninterruptibly}; non-fair. */
    @JCStressTest
    @JCStressMeta(GrantAgainstInterrupt.class)
    @State
    public static class UninterruptibleNonFair extends Uninterruptible {
      public UninterruptibleNonFair() {
        super(Subject.nonFair(0));
      }

      @Actor
      public void actor1(ZZI_Result r) {
        first(r);
      }

      @Actor
      public void actor2(ZZI_Result r) {
        second(r);
      }

      @Arbiter
      public void arbiter(ZZI_Result r) {
        check(r);
      }
    }
  }

  /** Does not look for a grant when interrupted. */
  @JCStressTest
  @Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE, desc = "Acquired.")
  @Outcome(id = "false, false, 1", expect = Expect.ACCEPTABLE, desc = "Interrupted.")
  @Outcome(
      id = "false, false, 0",
      expect = Expect.ACCEPTABLE_INTERESTING,
      desc = "The granted permit was lost.")
  @State
  public static class Weakened extends Interruptible {
    public Weakened() {
      super(Subject.toy(0, Toy.Fault.FORGET_GRANT));
    }

    @Actor
    public void actor1(ZZI_Result r) {
      first(r);
    }

    @Actor
    public void actor2(ZZI_Result r) {
      second(r);
    }

    @Arbiter
    public void arbiter(ZZI_Result r) {
      check(r);
    }
  }
}
