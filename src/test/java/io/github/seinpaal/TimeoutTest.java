package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waits with a time limit: not shorter than asked, gone without a trace, saturating. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimeoutTest {

  /** With no time to wait a request is answered at once: refused if permits are missing. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void noTimeMeansNoWait(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
      CountingSemaphore s = mode.with(n - 1);
      assertThat(Task.call(kind, () -> form.call(s, n, timeout, NANOSECONDS)).result()).isFalse();
      assertThat(Task.call(kind, () -> form.call(s, n, timeout, SECONDS)).result()).isFalse();
      assertThat(s.hasQueuedThreads()).isFalse();
      assertThat(s.availablePermits()).isEqualTo(n - 1);
    }
  }

  /** With no time to wait a request still takes free permits. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void noTimeStillTakesFreePermits(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
      CountingSemaphore s = mode.with(n);
      assertThat(Task.call(kind, () -> form.call(s, n, timeout, NANOSECONDS)).result()).isTrue();
      assertThat(s.availablePermits()).isZero();
    }
  }

  /** A request gives up no sooner than asked, and leaves nothing behind. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void requestDoesNotGiveUpEarly(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n - 1);
    for (long timeout : new long[] {1, 20_000, 300_000, 20_000_000}) {
      Task<Long> request =
          Task.call(
              kind,
              () -> {
                long start = System.nanoTime();
                assertThat(form.call(s, n, timeout, NANOSECONDS)).isFalse();
                return System.nanoTime() - start;
              });
      assertThat(request.result()).isGreaterThanOrEqualTo(timeout);
      assertThat(request.endedInterrupted()).isFalse();
      assertThat(s.getQueueLength()).isZero();
      assertThat(s.availablePermits()).isEqualTo(n - 1);
    }
    s.release();
    assertThat(s.tryAcquire(n)).isTrue();
  }

  /** The longest time limits do not overflow: the request waits. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void longestTimeLimitsSaturate(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n - 1);
    Task<Boolean> nanos = Task.queue(kind, s, () -> form.call(s, n, Long.MAX_VALUE, NANOSECONDS));
    Task<Boolean> seconds = Task.queue(kind, s, () -> form.call(s, n, Long.MAX_VALUE, SECONDS));
    s.release(n + 1);
    assertThat(nanos.result()).isTrue();
    assertThat(seconds.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Durations are not rounded to something else: a fraction of a second counts. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void durationsCountToTheNanosecond(Mode mode) throws InterruptedException {
    CountingSemaphore s = mode.with(0);
    long start = System.nanoTime();
    assertThat(s.tryAcquire(Duration.ofNanos(30_000_001))).isFalse();
    long took = System.nanoTime() - start;
    assertThat(took).isBetween(30_000_001L, SECONDS.toNanos(20));
    assertThat(s.tryAcquire(Duration.ofSeconds(-1, 999_999_999))).isFalse();
    assertThat(s.tryAcquire(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
  }

  /** Someone who waited and gave up does not count against the same thread's next request. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void nextTryAfterTimeoutSucceeds(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(3);
    Task<Void> task =
        Task.run(
            kind,
            () -> {
              for (int i = 0; i < 300; i++) {
                int missing = form.counted() ? 0 : 3;
                assertThat(s.tryAcquire(missing)).isTrue();
                assertThat(form.call(s, 5, i * 100L, NANOSECONDS)).isFalse();
                s.release(missing);
                assertThat(s.tryAcquire(3)).as("round %d", i).isTrue();
                s.release(3);
              }
            });
    task.result();
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** Requests that gave up together do not count against what their threads try next. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void nextTriesAfterCommonTimeoutSucceed(Mode mode, ThreadKind kind) {
    int threads = 3;
    CountingSemaphore s = mode.with(threads);
    CyclicBarrier together = new CyclicBarrier(threads);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 300; i++) {
                  together.await();
                  assertThat(s.tryAcquire(5, i * 200L, NANOSECONDS)).isFalse();
                  together.await();
                  assertThat(s.tryAcquire()).as("round %d", i).isTrue();
                  s.release();
                }
              }));
    }
    Task.results(tasks);
    assertThat(s.availablePermits()).isEqualTo(threads);
    assertThat(s.getQueueLength()).isZero();
  }

  /** Either the grant or the timeout wins: no permit is lost and none invented. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void grantAgainstTimeoutHasOneWinner(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    Rounds.Tally tally = Rounds.timeoutAgainstRelease(mode, kind, form, n, 400);
    assertThat(tally.granted() + tally.timedOut()).isEqualTo(400);
  }

  /** A request that gives up behind others leaves them their places. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void timeoutLeavesOthersQueued(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> before = Task.queue(kind, s, 1);
    Task<Boolean> brief = Task.queue(kind, s, () -> form.call(s, 1, 200, MILLISECONDS));
    Task<Boolean> after = Task.queue(kind, s, () -> form.call(s, 1, 10, MINUTES));
    assertThat(brief.result()).isFalse();
    Await.queued(s, 2);
    s.release(2);
    assertThat(before.result()).isTrue();
    assertThat(after.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }
}
