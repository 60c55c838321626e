package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seinpaal.CountingSemaphore.Stats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The counts of the requests that had to queue. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StatsTest {

  /** What is met, or refused, at once is not counted. */
  @ParameterizedTest
  @MethodSource(Cases.ALL)
  void requestThatDoesNotQueueIsNotCounted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(3, 3);
    Task.run(
            kind,
            () -> {
              assertThat(form.call(s, 1)).isTrue();
              assertThat(s.tryAcquire(3)).isFalse();
              assertThat(s.tryAcquire(3, Duration.ZERO)).isFalse();
              assertThat(s.acquireAsync().join().count()).isEqualTo(1);
              assertThatThrownBy(() -> s.acquire(4))
                  .isInstanceOf(PermitsUnavailableException.class);
              Thread.currentThread().interrupt();
              assertThatThrownBy(() -> s.acquire(3)).isInstanceOf(InterruptedException.class);
            })
        .result();
    assertThat(s.stats()).isEqualTo(new Stats(0, 0, 0, 0, Duration.ZERO));
  }

  /** A request that was granted counts as that, and as waiting before. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void grantedRequestIsCounted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      waiters.add(Task.queue(kind, s, () -> form.call(s, 1)));
      assertCounts(s, 0, 0, 0, i);
    }
    s.release(3);
    Task.results(waiters);
    assertCounts(s, 3, 0, 0, 0);
  }

  /** A request that has timed out counts as that. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void timedOutRequestIsCounted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    Task.run(
            kind,
            () -> {
              // On a busy machine it may not get to queueing.
              while (s.stats().timedOut() + s.stats().cancelled() == 0) {
                assertThat(form.call(s, 1, 10, MILLISECONDS)).isFalse();
              }
            })
        .result();
    assertCounts(s, 0, 1, 0, 0);
  }

  /** A request that was interrupted counts as cancelled. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptedRequestIsCounted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
    waiter.interrupt();
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    assertCounts(s, 0, 0, 1, 0);
  }

  /** So does one that was refused, because of a shutdown. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void requestRefusedByShutdownIsCounted(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
    s.shutdown();
    waiter.failure();
    assertCounts(s, 0, 0, 1, 0);
  }

  /** Or because the maximum shrank. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void requestRefusedByShrinkingIsCounted(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0, 5);
    Task<Boolean> big = Task.queue(kind, s, 5);
    Task<Boolean> small = Task.queue(kind, s, 2);
    s.setMaxPermits(4);
    assertThat(big.failure()).isInstanceOf(PermitsUnavailableException.class);
    assertCounts(s, 0, 0, 1, 1);
    s.release(4);
    assertThat(small.result()).isTrue();
    assertCounts(s, 1, 0, 1, 0);
  }

  /** Futures are counted as threads are. */
  @ParameterizedTest
  @EnumSource
  void futuresAreCounted(Mode mode) {
    CountingSemaphore s = mode.with(0, 5);
    CompletableFuture<Permit> cancelled = s.acquireAsync();
    CompletableFuture<Permit> granted = s.acquireAsync();
    CompletableFuture<Permit> shrunk = s.acquireAsync(5);
    CompletableFuture<Permit> refused = s.acquireAsync();
    assertCounts(s, 0, 0, 0, 4);
    cancelled.cancel(true);
    assertCounts(s, 0, 0, 1, 3);
    s.release();
    assertThat(granted.join().count()).isEqualTo(1);
    assertCounts(s, 1, 0, 1, 2);
    s.setMaxPermits(4);
    assertThatThrownBy(shrunk::join).hasCauseInstanceOf(PermitsUnavailableException.class);
    assertCounts(s, 1, 0, 2, 1);
    s.shutdown();
    assertThatThrownBy(refused::join).hasCauseInstanceOf(PermitsUnavailableException.class);
    assertCounts(s, 1, 0, 3, 0);
    assertThat(s.stats().longestWait()).isPositive();
  }

  /** The longest wait is that of one request, at least as long as it was seen waiting. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void longestWaitIsKept(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    long before = System.nanoTime();
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
    Await.until("it is parked", () -> LockSupport.getBlocker(waiter.thread()) == s);
    long parked = System.nanoTime();
    Await.until("a while has passed", () -> System.nanoTime() - parked > 20_000_000);
    assertThat(s.stats().longestWait()).isZero();
    s.release();
    waiter.result();
    Duration longest = s.stats().longestWait();
    assertThat(longest)
        .isBetween(Duration.ofMillis(20), Duration.ofNanos(System.nanoTime() - before));
    Task<Boolean> quick = Task.queue(kind, s, () -> form.call(s, 1));
    s.release();
    quick.result();
    assertThat(s.stats().longestWait()).isGreaterThanOrEqualTo(longest);
  }

  /** Whatever becomes of many requests at once, each is counted once. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyRequestIsCountedOnce(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      waiters.add(Task.queue(kind, s, 1));
    }
    Task<Void> releaser = Task.run(kind, () -> release(s, 20));
    for (int i = 0; i < 40; i += 2) {
      waiters.get(i).interrupt();
    }
    releaser.result();
    Await.until("20 have been granted", () -> s.stats().granted() == 20);
    s.shutdown();
    long granted = waiters.stream().filter(w -> w.failure() == null).count();
    assertThat(granted).isEqualTo(20);
    assertCounts(s, 20, 0, 20, 0);
  }

  private static void release(CountingSemaphore s, int permits) {
    for (int i = 0; i < permits; i++) {
      s.release();
      Thread.yield();
    }
  }

  /** A request that has just ended may be counted late. */
  private static void assertCounts(
      CountingSemaphore s, long granted, long timedOut, long cancelled, int waiting) {
    List<Object> expected = List.of(granted, timedOut, cancelled, waiting);
    if (!Await.within(Await.LIMIT_NANOS, () -> counts(s).equals(expected))) {
      assertThat(counts(s)).isEqualTo(expected);
    }
  }

  private static List<Object> counts(CountingSemaphore s) {
    Stats stats = s.stats();
    return List.of(stats.granted(), stats.timedOut(), stats.cancelled(), stats.waiting());
  }
}
