package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Releasing too much, draining, reducing, debt: counts stay exact and refusals change nothing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest {

  /** Releasing above the maximum is refused, changes nothing, and says what it was about. */
  @ParameterizedTest
  @EnumSource
  void overReleaseIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(7).maxPermits(10).name("dock").build();
    for (int tooMany : new int[] {4, 5, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> s.release(tooMany))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("dock", String.valueOf(tooMany), "7", "10");
      assertThat(s.availablePermits()).isEqualTo(7);
    }
    s.release(3);
    assertThatThrownBy(s::release)
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("dock", "1", "10");
    assertThat(s.availablePermits()).isEqualTo(10);
    s.release(0);
    assertThat(s.availablePermits()).isEqualTo(10);
  }

  /** The smallest and the largest maximum are exact as well. */
  @ParameterizedTest
  @EnumSource
  void extremeMaximumIsExact(Mode mode) {
    CountingSemaphore one = mode.with(1, 1);
    assertThatThrownBy(one::release).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(one.tryAcquire()).isTrue();
    one.release();
    assertThat(one.availablePermits()).isOne();

    CountingSemaphore largest = mode.with(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThatThrownBy(largest::release).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(largest.tryAcquire(Integer.MAX_VALUE)).isTrue();
    largest.release(Integer.MAX_VALUE);
    assertThat(largest.availablePermits()).isEqualTo(Integer.MAX_VALUE);
  }

  /** Without a maximum, releasing more than an int can count is refused and changes nothing. */
  @ParameterizedTest
  @EnumSource
  void overflowIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(Integer.MAX_VALUE - 2).name("dock").build();
    for (int tooMany : new int[] {3, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> s.release(tooMany))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "dock", String.valueOf(tooMany), String.valueOf(Integer.MAX_VALUE - 2));
      assertThat(s.availablePermits()).isEqualTo(Integer.MAX_VALUE - 2);
    }
    s.release(2);
    assertThat(s.availablePermits()).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(s::release).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(s.availablePermits()).isEqualTo(Integer.MAX_VALUE);
  }

  /** Reducing below what an int can count is refused and changes nothing. */
  @ParameterizedTest
  @EnumSource
  void underflowIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(Integer.MIN_VALUE + 2).name("dock").build();
    for (int tooMany : new int[] {3, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> s.reducePermits(tooMany))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "dock", String.valueOf(tooMany), String.valueOf(Integer.MIN_VALUE + 2));
      assertThat(s.availablePermits()).isEqualTo(Integer.MIN_VALUE + 2);
    }
    s.reducePermits(2);
    assertThat(s.availablePermits()).isEqualTo(Integer.MIN_VALUE);
    assertThatThrownBy(() -> s.reducePermits(1)).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(s.availablePermits()).isEqualTo(Integer.MIN_VALUE);
    s.release(Integer.MAX_VALUE);
    assertThat(s.availablePermits()).isEqualTo(-1);
  }

  /** A refused over-release wakes nobody and promises nothing to those queued. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void overReleaseDoesNotServeWaiters(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(3, 5);
    Task<Boolean> waiter = Task.queue(kind, s, 5);
    assertThatThrownBy(() -> s.release(3)).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(s.availablePermits()).isEqualTo(3);
    Await.queued(s, 1);
    s.release(2);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
    s.release(5);
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** A maximum lets exactly as many concurrent releases through as there is room for. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void concurrentReleasesStopExactlyAtTheMaximum(Mode mode, ThreadKind kind)
      throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      CountingSemaphore s = mode.with(0, 1_000);
      AtomicInteger refused = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        tasks.add(
            Task.run(
                kind,
                () -> {
                  start.await();
                  for (int i = 0; i < 300; i++) {
                    try {
                      s.release();
                    } catch (IllegalStateException e) {
                      refused.incrementAndGet();
                    }
                  }
                }));
      }
      start.countDown();
      Task.results(tasks);
      assertThat(refused).hasValue(200);
      assertThat(s.availablePermits()).isEqualTo(1_000);
    }
  }

  /** While permits come and go and others wait, not a single bogus release passes. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void bogusReleaseNeverPassesWhileGrantsAreInFlight(Mode mode, ThreadKind kind) {
    int max = 5;
    CountingSemaphore s = mode.with(max, max);
    AtomicInteger running = new AtomicInteger(3);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                try {
                  for (int i = 0; i < 2_000; i++) {
                    if (i % 3 == 0) {
                      s.acquire(3);
                      s.release(3);
                    } else if (s.tryAcquire(3, i % 30, MICROSECONDS)) {
                      s.release(3);
                    }
                  }
                } finally {
                  running.decrementAndGet();
                }
              }));
    }
    // Only one can hold three of five, so two are always free and four more are always too many.
    Task<Integer> bogus =
        Task.call(
            ThreadKind.PLATFORM,
            () -> {
              int passed = 0;
              while (running.get() > 0) {
                try {
                  s.release(4);
                  passed++;
                } catch (IllegalStateException e) {
                  assertThat(s.availablePermits()).isBetween(0, max);
                }
              }
              return passed;
            });
    Task.results(tasks);
    assertThat(bogus.result()).isZero();
    assertThat(s.availablePermits()).isEqualTo(max);
  }

  /** Draining takes all free permits and says how many. */
  @ParameterizedTest
  @EnumSource
  void drainTakesAllThatIsFree(Mode mode) {
    for (CountingSemaphore s : List.of(mode.with(7), mode.with(7, 9))) {
      assertThat(s.drainPermits()).isEqualTo(7);
      assertThat(s.availablePermits()).isZero();
      assertThat(s.drainPermits()).isZero();
      assertThat(s.tryAcquire()).isFalse();
      s.release();
      assertThat(s.drainPermits()).isOne();
    }
    CountingSemaphore all = mode.with(Integer.MAX_VALUE);
    assertThat(all.drainPermits()).isEqualTo(Integer.MAX_VALUE);
  }

  /** Without a maximum, draining a debt forgives it and says how much it was. */
  @ParameterizedTest
  @EnumSource
  void drainForgivesDebtWithoutMaximum(Mode mode) {
    for (int debt : new int[] {-1, -5, Integer.MIN_VALUE}) {
      CountingSemaphore s = mode.with(debt);
      assertThat(s.drainPermits()).isEqualTo(debt);
      assertThat(s.availablePermits()).isZero();
      s.release();
      assertThat(s.tryAcquire()).isTrue();
    }
  }

  /** With a maximum, draining a debt changes nothing: permits that are out must be paid for. */
  @ParameterizedTest
  @EnumSource
  void drainKeepsDebtWithMaximum(Mode mode) {
    CountingSemaphore s = mode.with(-5, 3);
    assertThat(s.drainPermits()).isZero();
    assertThat(s.availablePermits()).isEqualTo(-5);
    CountingSemaphore zero = mode.with(0, 3);
    assertThat(zero.drainPermits()).isZero();
    assertThat(zero.availablePermits()).isZero();
  }

  /** Draining a debt while someone waits neither serves nor loses the waiter. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void drainedDebtNoLongerDelaysWaiters(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(-5);
    Task<Boolean> waiter = Task.queue(kind, s, 2);
    assertThat(s.drainPermits()).isEqualTo(-5);
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 1);
    s.release(2);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** In fair mode draining leaves alone what is set aside for a waiter. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void drainDoesNotRobFairWaiters(ThreadKind kind) {
    CountingSemaphore s = Mode.FAIR.with(3);
    Task<Boolean> head = Task.queue(kind, s, 5);
    assertThat(s.drainPermits()).isZero();
    assertThat(s.availablePermits()).isEqualTo(3);
    s.release(2);
    assertThat(head.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** In non-fair mode draining takes what is free, or nothing of it once it is promised. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void drainMayTakeFromNonFairWaiters(ThreadKind kind) {
    CountingSemaphore s = Mode.NON_FAIR.with(3);
    Task<Boolean> head = Task.queue(kind, s, 5);
    int drained = s.drainPermits();
    assertThat(drained).isIn(0, 3);
    assertThat(s.availablePermits()).isEqualTo(3 - drained);
    s.release(2 + drained);
    assertThat(head.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Reducing takes permits away, below zero if need be; releases pay the debt first. */
  @ParameterizedTest
  @EnumSource
  void reducingMayLeaveADebt(Mode mode) {
    for (CountingSemaphore s : List.of(mode.with(3), mode.with(3, 5))) {
      s.reducePermits(0);
      assertThat(s.availablePermits()).isEqualTo(3);
      s.reducePermits(1);
      assertThat(s.availablePermits()).isEqualTo(2);
      s.reducePermits(5);
      assertThat(s.availablePermits()).isEqualTo(-3);
      assertThat(s.tryAcquire()).isFalse();
      s.release(3);
      assertThat(s.tryAcquire()).isFalse();
      s.release();
      assertThat(s.tryAcquire()).isTrue();
    }
  }

  /** Reducing while someone waits for more makes the waiter wait for that much more. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void reducingDelaysWaiters(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(4);
    CountingSemaphore s = mode.with(n - 1);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.reducePermits(n + 1);
    assertThat(s.availablePermits()).isEqualTo(-2);
    s.release(n + 1);
    assertThat(s.availablePermits()).isEqualTo(n - 1);
    Await.queued(s, 1);
    assertThat(waiter.isDone()).isFalse();
    s.release();
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Reducing by a part of what is set aside for a waiter counts exactly. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void reducingTakesFromWhatIsSetAside(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> head = Task.queue(kind, s, 5);
    Task<Boolean> next = Task.queue(kind, s, 1);
    s.release(3);
    s.reducePermits(2);
    assertThat(s.availablePermits()).isOne();
    s.release(3);
    assertThat(s.availablePermits()).isEqualTo(4);
    Await.queued(s, 2);
    s.release(2);
    assertThat(head.result()).isTrue();
    assertThat(next.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Reducing does not take a permit from one to whom it was granted already. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void reducingAfterAGrantLeavesADebt(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(kind, s, 1);
    s.release();
    assertThat(waiter.result()).isTrue();
    s.reducePermits(1);
    assertThat(s.availablePermits()).isEqualTo(-1);
    s.release();
    assertThat(s.availablePermits()).isZero();
  }
}
