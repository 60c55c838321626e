package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mutex used with almost no stack left has an owner, and the owner knows it; or it is free. */
@Tag("stress")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // what is tested
class MutexStackExhaustionStressTest {

  private static final int ROUNDS = 40;
  private static final int WAIT_ROUNDS =
      4; // each takes a second: errors are thrown through many frames

  /**
   * What is called for the first time needs far more stack, to be linked: so all is called here.
   */
  @BeforeAll
  static void link() {
    for (Mode mode : Mode.values()) {
      Mutex m = new Mutex(mode.fair());
      Condition c = m.newCondition();
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        tasks.add(
            Task.run(
                ThreadKind.PLATFORM,
                () -> {
                  for (int i = 0; i < 300; i++) {
                    m.lock();
                    c.signal();
                    c.awaitNanos(i % 3 * 40_000L);
                    m.unlock();
                    if (m.tryLock(300L * i, NANOSECONDS)) {
                      m.unlock();
                    }
                  }
                }));
      }
      Task.results(tasks);
    }
  }

  /** Something that a thread does with a mutex, and what it thinks that it owns. */
  private abstract static class Step {
    static final int STEPS = 500;

    final Mutex m;
    boolean believed; // written right after a call has returned, which needs no stack
    private int steps;
    private boolean overflowed;
    private int done;

    Step(Mutex m) {
      this.m = m;
    }

    abstract void take() throws InterruptedException;

    /** Takes the step at every depth from the bottom of the stack up. */
    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    private void descend() throws InterruptedException {
      try {
        descend();
      } catch (StackOverflowError e) {
        overflowed = true;
      }
      if (steps < STEPS) {
        steps++;
        take();
        done++;
      }
    }

    /** Runs on a fresh stack, while another thread uses the mutex too if told so. */
    void run(boolean contended) {
      AtomicBoolean stop = new AtomicBoolean(!contended);
      Task<Void> other =
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                while (!stop.get()) {
                  m.lock();
                  m.unlock();
                }
              });
      Task.run(
              ThreadKind.PLATFORM,
              () -> {
                take();
                descend();
                assertThat(m.isHeldByCurrentThread()).isEqualTo(believed);
                if (believed) {
                  m.unlock();
                }
              })
          .result();
      stop.set(true);
      other.result();
      assertThat(overflowed).isTrue();
      assertThat(done).isPositive();
      assertThat(m.isLocked()).isFalse();
      assertThat(m.hasQueuedThreads()).isFalse();
      m.lock();
      m.unlock();
    }
  }

  /** Locks and unlocks by turns: the next call throws if the one before has told a lie. */
  private static final class LockAndUnlock extends Step {
    LockAndUnlock(Mutex m) {
      super(m);
    }

    @Override
    void take() throws InterruptedException {
      if (believed) {
        m.unlock();
        believed = false;
      } else {
        m.lockInterruptibly();
        believed = true;
      }
    }
  }

  /** As above, with attempts. */
  private static final class TryLockAndUnlock extends Step {
    TryLockAndUnlock(Mutex m) {
      super(m);
    }

    @Override
    void take() throws InterruptedException {
      if (believed) {
        m.unlock();
        believed = false;
      } else {
        believed = m.tryLock(100, MICROSECONDS);
      }
    }
  }

  /** Waits on a condition: owns the mutex before and after, whatever is thrown. */
  private static final class Wait extends Step {
    private final Condition c;

    Wait(Mutex m) {
      super(m);
      c = m.newCondition();
    }

    @Override
    void take() throws InterruptedException {
      if (believed) {
        c.awaitNanos(1_000);
      } else {
        m.lock();
        believed = true;
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void lockAndUnlockWithoutStack(Mode mode) {
    for (int round = 0; round < ROUNDS; round++) {
      new LockAndUnlock(new Mutex(mode.fair())).run(round % 2 == 1);
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void tryLockAndUnlockWithoutStack(Mode mode) {
    for (int round = 0; round < ROUNDS; round++) {
      new TryLockAndUnlock(new Mutex(mode.fair())).run(round % 2 == 1);
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void waitWithoutStack(Mode mode) {
    for (int round = 0; round < WAIT_ROUNDS; round++) {
      new Wait(new Mutex(mode.fair())).run(round % 2 == 1);
    }
  }
}
