package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every acquire form does in both modes on every kind of thread: take, wait, or refuse. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcquireTest {

  /** A request takes exactly what it asked for when that much is free. */
  @ParameterizedTest
  @MethodSource(Cases.ALL)
  void freePermitsAreTaken(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(5);
    assertThat(Task.call(kind, () -> form.call(s, n)).result()).isTrue();
    assertThat(s.availablePermits()).isEqualTo(5 - n);
    assertThat(s.hasQueuedThreads()).isFalse();
  }

  /** The last permits can be taken. */
  @ParameterizedTest
  @MethodSource(Cases.ALL)
  void lastPermitsCanBeTaken(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n);
    assertThat(Task.call(kind, () -> form.call(s, n)).result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A request for all that an int can count is granted when that much is free. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void largestRequestIsGranted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(Integer.MAX_VALUE);
    assertThat(Task.call(kind, () -> form.call(s, Integer.MAX_VALUE)).result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /**
   * A request for more than is free waits, takes nothing meanwhile, and runs on the last release.
   */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void requestWaitsForTheLastPermitItNeeds(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    for (int i = 1; i < n; i++) {
      s.release();
      assertThat(s.availablePermits()).isEqualTo(i);
      Await.queued(s, 1);
    }
    assertThat(waiter.isDone()).isFalse();
    s.release();
    assertThat(waiter.result()).isTrue();
    assertThat(waiter.endedInterrupted()).isFalse();
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 0);
  }

  /** One release of several permits ends several waits. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void oneReleaseEndsSeveralWaits(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    CountingSemaphore s = mode.with(0);
    Task<Boolean> first = Task.queue(kind, s, () -> form.call(s, n));
    Task<Boolean> second = Task.queue(kind, s, () -> form.call(s, n));
    Task<Boolean> third = Task.queue(kind, s, () -> form.call(s, n));
    s.release(3 * n + 1);
    assertThat(first.result()).isTrue();
    assertThat(second.result()).isTrue();
    assertThat(third.result()).isTrue();
    assertThat(s.availablePermits()).isOne();
    Await.queued(s, 0);
  }

  /** A negative start has to be paid off by releases before anyone gets a permit. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void debtIsPaidBeforePermitsAreGranted(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    CountingSemaphore s = mode.with(-3);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.release(3);
    assertThat(s.availablePermits()).isZero();
    s.release(n - 1);
    Await.queued(s, 1);
    assertThat(waiter.isDone()).isFalse();
    s.release();
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A request that does not wait is refused, and takes nothing, when too few permits are free. */
  @ParameterizedTest
  @MethodSource(Cases.ALL)
  void impatientRequestIsRefused(Mode mode, ThreadKind kind, AcquireForm form) {
    if (form.waits()) {
      return;
    }
    int n = form.size(3);
    for (int permits : new int[] {n - 1, 0, -1, Integer.MIN_VALUE}) {
      CountingSemaphore s = mode.with(permits);
      assertThat(Task.call(kind, () -> form.call(s, n)).result()).isFalse();
      assertThat(s.availablePermits()).isEqualTo(permits);
      assertThat(s.hasQueuedThreads()).isFalse();
    }
  }

  /** Zero permits are granted at once, whatever is free, and change nothing. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void zeroPermitsAreGrantedAtOnce(Mode mode, ThreadKind kind, AcquireForm form) {
    for (int permits : new int[] {2, 0, -2, Integer.MIN_VALUE}) {
      CountingSemaphore s = mode.with(permits);
      assertThat(Task.call(kind, () -> form.call(s, 0)).result()).isTrue();
      assertThat(s.availablePermits()).isEqualTo(permits);
      assertThat(s.hasQueuedThreads()).isFalse();
    }
  }

  /** Zero permits are granted at once even to one who arrives behind others. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void zeroPermitsDoNotQueueBehindOthers(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(2);
    Task<Boolean> head = Task.queue(kind, s, 3);
    assertThat(Task.call(kind, () -> form.call(s, 0)).result()).isTrue();
    Await.queued(s, 1);
    assertThat(s.availablePermits()).isEqualTo(2);
    s.release();
    assertThat(head.result()).isTrue();
  }

  /** A request above the maximum is refused at once: it could only hang. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void requestAboveMaximumDoesNotHang(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(4).maxPermits(4).name("dock").build();
    Task<Boolean> request = Task.call(kind, () -> form.call(s, 5));
    if (form.tries()) {
      assertThat(request.result()).isFalse();
    } else {
      assertThat(request.failure())
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContainingAll("dock", "5", "4");
    }
    assertThat(s.availablePermits()).isEqualTo(4);
    assertThat(s.hasQueuedThreads()).isFalse();
  }

  /** A request for the whole maximum waits for it like any other. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void requestForTheWholeMaximumIsGranted(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(4);
    CountingSemaphore s = mode.with(n - 1, n);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.release();
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Permits need not be released by the thread that took them, nor in the same portions. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void permitsHaveNoOwner(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.with(n);
    assertThat(Task.call(kind, () -> form.call(s, n)).result()).isTrue();
    for (int i = 0; i < n; i++) {
      s.release();
    }
    assertThat(Task.call(kind, () -> form.call(s, n)).result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }
}
