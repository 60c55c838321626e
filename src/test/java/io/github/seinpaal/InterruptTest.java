package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Interrupts before and during a wait, and racing with the grant. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {

  /** An interrupted thread throws on entry even if permits are free, and takes none. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptOnEntryWinsOverFreePermits(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(5);
    assertThrowsOnEntry(kind, form, s, form.size(3));
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** An interrupted thread throws on entry even if it asks for nothing. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptOnEntryWinsOverZeroRequest(Mode mode, ThreadKind kind, AcquireForm form) {
    assertThrowsOnEntry(kind, form, mode.with(5), form.size(0));
    assertThrowsOnEntry(kind, form, mode.with(0), form.size(0));
    assertThrowsOnEntry(kind, form, mode.with(-1), form.size(0));
  }

  /** An interrupted thread throws on entry even if it could never get what it asks for. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptOnEntryWinsOverTheMaximum(Mode mode, ThreadKind kind, AcquireForm form) {
    assertThrowsOnEntry(kind, form, mode.with(1, 2), form.size(3));
  }

  /** An interrupted thread throws on entry even if there is no time to wait. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void interruptOnEntryWinsOverTimeout(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
      Task<Boolean> request =
          Task.call(
              kind,
              () -> {
                Thread.currentThread().interrupt();
                return form.call(s, 1, timeout, TimeUnit.NANOSECONDS);
              });
      assertThat(request.failure()).isInstanceOf(InterruptedException.class);
      assertThat(request.endedInterrupted()).isFalse();
    }
    assertThat(s.hasQueuedThreads()).isFalse();
  }

  private static void assertThrowsOnEntry(
      ThreadKind kind, AcquireForm form, CountingSemaphore s, int n) {
    Task<Boolean> request =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call(s, n);
            });
    assertThat(request.failure()).isInstanceOf(InterruptedException.class);
    assertThat(request.endedInterrupted()).isFalse();
    assertThat(s.hasQueuedThreads()).isFalse();
  }

  /** An interrupt ends the wait; the request is gone and has taken nothing. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptEndsTheWait(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n - 1);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    waiter.interrupt();
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(waiter.endedInterrupted()).isFalse();
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isEqualTo(n - 1);
    s.release();
    assertThat(s.tryAcquire(n)).isTrue();
  }

  /** A form that is not interruptible takes free permits and leaves the interrupt pending. */
  @ParameterizedTest
  @MethodSource(Cases.UNINTERRUPTIBLE)
  void uninterruptibleFormKeepsAnEarlierInterrupt(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n);
    Task<Boolean> request =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call(s, n);
            });
    assertThat(request.result()).isTrue();
    assertThat(request.endedInterrupted()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** An uninterruptible wait outlasts interrupts, before and during, and re-asserts them. */
  @ParameterizedTest
  @MethodSource(Cases.UNINTERRUPTIBLE)
  void uninterruptibleWaitOutlastsInterrupts(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.waits()) {
      return;
    }
    for (boolean before : new boolean[] {true, false}) {
      int n = form.size(3);
      CountingSemaphore s = mode.with(n - 1);
      Task<Boolean> waiter =
          Task.queue(
              kind,
              s,
              () -> {
                if (before) {
                  Thread.currentThread().interrupt();
                }
                return form.call(s, n);
              });
      for (int i = before ? 1 : 0; i < 3; i++) {
        waiter.interrupt();
        Thread.yield();
      }
      Await.queued(s, 1);
      assertThat(waiter.isDone()).isFalse();
      s.release();
      assertThat(waiter.result()).isTrue();
      assertThat(waiter.endedInterrupted()).isTrue();
      assertThat(s.availablePermits()).isZero();
    }
  }

  /** An interrupted uninterruptible waiter still sleeps: it does not spin until its grant. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void uninterruptibleWaitSleepsAfterAnInterrupt(Mode mode) {
    CountingSemaphore s = mode.with(0);
    Task<Void> waiter = Task.run(ThreadKind.PLATFORM, s::acquireUninterruptibly);
    Await.queued(s, 1);
    waiter.interrupt();
    Await.until("the waiter has seen the interrupt", () -> !waiter.thread().isInterrupted());
    Await.until("it parks", () -> waiter.thread().getState() == Thread.State.WAITING);
    s.release();
    waiter.result();
    assertThat(waiter.endedInterrupted()).isTrue();
  }

  /** Either the grant or the interrupt wins: no permit is lost and no interrupt swallowed. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void grantAgainstInterruptHasOneWinner(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    Rounds.Tally tally = Rounds.interruptAgainstRelease(mode, kind, form, n, 400);
    assertThat(tally.granted() + tally.interrupted()).isEqualTo(400);
  }
}
