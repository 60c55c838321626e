package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls made with almost no stack left: they fail or succeed, but nothing is lost. */
@Tag("stress")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StackExhaustionStressTest {

  /** A call that says whether it took a permit. */
  private interface Attempt {
    boolean take() throws InterruptedException;
  }

  /** Makes the attempt at every depth from the bottom of the stack up; counts the permits taken. */
  private static final class Descent {
    private static final int ATTEMPTS = 500;

    private int taken;
    private int attempts;
    private boolean overflowed;

    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    void descend(Attempt attempt) throws InterruptedException {
      try {
        descend(attempt);
      } catch (StackOverflowError e) {
        overflowed = true;
      }
      if (attempts < ATTEMPTS) {
        attempts++;
        if (attempt.take()) {
          taken++;
        }
      }
    }

    /** Runs on a fresh stack, after a first attempt with room to load the classes it needs. */
    static Descent run(Attempt attempt) {
      Descent descent = new Descent();
      Task.run(
              ThreadKind.PLATFORM,
              () -> {
                if (attempt.take()) {
                  descent.taken++;
                }
                descent.descend(attempt);
              })
          .result();
      assertThat(descent.overflowed).isTrue();
      assertThat(descent.attempts).isEqualTo(ATTEMPTS);
      return descent;
    }
  }

  static Stream<Arguments> platformForms() {
    return Cases.waiting()
        .filter(c -> c.get()[1] == ThreadKind.PLATFORM)
        .map(c -> Arguments.of(c.get()[0], c.get()[2]));
  }

  static Stream<Arguments> platformTimedForms() {
    return Cases.timed()
        .filter(c -> c.get()[1] == ThreadKind.PLATFORM)
        .map(c -> Arguments.of(c.get()[0], c.get()[2]));
  }

  /** An acquire that runs out of stack has taken nothing; one that returns has taken its permit. */
  @ParameterizedTest
  @MethodSource("platformForms")
  void acquireWithoutStackTakesNothing(Mode mode, AcquireForm form) {
    int permits = 100_000;
    for (int round = 0; round < 10; round++) {
      CountingSemaphore s = mode.with(permits);
      Descent descent = Descent.run(() -> form.call(s, 1));
      assertThat(descent.taken).isGreaterThan(1);
      assertThat(s.availablePermits()).isEqualTo(permits - descent.taken);
      assertThat(s.hasQueuedThreads()).isFalse();
    }
  }

  /** A wait that runs out of stack leaves the queue as it found it. */
  @ParameterizedTest
  @MethodSource("platformTimedForms")
  void waitWithoutStackLeavesNoGhost(Mode mode, AcquireForm form) {
    for (int round = 0; round < 10; round++) {
      CountingSemaphore s = mode.with(0);
      Descent descent = Descent.run(() -> form.call(s, 1, 1_000, NANOSECONDS));
      assertThat(descent.taken).isZero();
      assertThat(s.availablePermits()).isZero();
      assertThat(s.getQueueLength()).isZero();
      assertServesAgain(s);
    }
  }

  /** A release that runs out of stack leaves a state from which the waiters can be served. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void releaseWithoutStackForgetsNobody(Mode mode) {
    for (int round = 0; round < 10; round++) {
      CountingSemaphore s = mode.with(0);
      Task<Boolean> first = Task.queue(ThreadKind.PLATFORM, s, 3);
      Task<Boolean> second = Task.queue(ThreadKind.PLATFORM, s, 30);
      Descent.run(
          () -> {
            s.release();
            return true;
          });
      s.release(); // what failed above may or may not have been released: it is enough anyway
      assertThat(first.result()).isTrue();
      assertThat(second.result()).isTrue();
      Await.queued(s, 0);
      int left = s.availablePermits();
      assertThat(left).isNotNegative();
      assertThat(s.drainPermits()).isEqualTo(left);
      assertServesAgain(s);
    }
  }

  private static void assertServesAgain(CountingSemaphore s) {
    Task<Boolean> waiter = Task.queue(ThreadKind.PLATFORM, s, 2);
    s.release(2);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
    assertThat(s.tryAcquire()).isFalse();
  }
}
