package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A maximum that moves: the available permits move with it, and nobody is let in or left behind.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResizeTest {

  /** Without a maximum there is none to move. */
  @ParameterizedTest
  @EnumSource
  void withoutMaximumThereIsNoneToMove(Mode mode) {
    CountingSemaphore s = mode.builder(3).name("dock").build();
    assertThat(s.maxPermits()).isEqualTo(Integer.MAX_VALUE);
    assertThatIllegalStateException()
        .isThrownBy(() -> s.setMaxPermits(4))
        .withMessageContaining("dock");
    assertThat(s.maxPermits()).isEqualTo(Integer.MAX_VALUE);
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** A maximum is at least one. */
  @ParameterizedTest
  @EnumSource
  void maximumBelowOneIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(3).maxPermits(4).name("dock").build();
    for (int max : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> s.setMaxPermits(max))
          .withMessageContainingAll("dock", String.valueOf(max));
    }
    assertThat(s.maxPermits()).isEqualTo(4);
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** The available permits move by as much as the maximum, below zero if need be, and back. */
  @ParameterizedTest
  @EnumSource
  void availablePermitsMoveWithTheMaximum(Mode mode) {
    CountingSemaphore s = mode.with(3, 5);
    int[][] steps = {{8, 6}, {8, 6}, {2, 0}, {1, -1}, {5, 3}, {1_000_000, 999_998}, {3, 1}};
    for (int[] step : steps) {
      s.setMaxPermits(step[0]);
      assertThat(s.maxPermits()).isEqualTo(step[0]);
      assertThat(s.availablePermits()).isEqualTo(step[1]);
      assertThat(s.toString()).contains(String.valueOf(step[0]));
    }
  }

  /** However the maximum has moved, as many permits as are held can be released, and no more. */
  @ParameterizedTest
  @EnumSource
  void releasesStopExactlyAtTheNewMaximum(Mode mode) {
    for (int max : new int[] {5, 9, 4, 3, 2, 1}) {
      CountingSemaphore s = mode.builder(5).maxPermits(5).name("dock").build();
      assertThat(s.tryAcquire(3)).isTrue();
      s.setMaxPermits(max);
      for (int i = 1; i <= 3; i++) {
        int tooMany = 5 - i;
        assertThatIllegalStateException().isThrownBy(() -> s.release(tooMany));
        s.release();
        assertThat(s.availablePermits()).isEqualTo(max - 3 + i);
      }
      assertThatIllegalStateException()
          .isThrownBy(s::release)
          .withMessageContainingAll("dock", String.valueOf(max));
      assertThat(s.availablePermits()).isEqualTo(max);
      assertThat(s.tryAcquire(max)).isTrue();
      assertThat(s.tryAcquire()).isFalse();
    }
  }

  /** A debt left by a smaller maximum is paid by releases before anyone gets a permit. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void debtIsPaidByReleases(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    CountingSemaphore s = mode.with(5, 5);
    assertThat(s.tryAcquire(5)).isTrue();
    s.setMaxPermits(3);
    assertThat(s.availablePermits()).isEqualTo(-2);
    assertThat(s.drainPermits()).isZero();
    assertThat(s.availablePermits()).isEqualTo(-2);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    for (int paid = 1; paid < 2 + n; paid++) {
      s.release();
      assertThat(s.availablePermits()).isEqualTo(paid - 2);
      Await.queued(s, 1);
      assertThat(waiter.isDone()).isFalse();
    }
    s.release();
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A debt left by a smaller maximum is also paid by a larger one. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void debtIsPaidByGrowing(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    CountingSemaphore s = mode.with(5, 5);
    assertThat(s.tryAcquire(5)).isTrue();
    s.setMaxPermits(2);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.setMaxPermits(4 + n);
    Await.queued(s, 1);
    assertThat(waiter.isDone()).isFalse();
    s.setMaxPermits(5 + n);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A larger maximum wakes a waiter at once, however much it asks for. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void growingWakesAtOnce(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(1_000);
    CountingSemaphore s = mode.with(n, n);
    assertThat(s.tryAcquire(n)).isTrue();
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.setMaxPermits(2 * n);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 0);
  }

  /** One larger maximum ends as many waits as it makes room for, and no more. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void growingWakesAsManyAsFit(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0, 2);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiters.add(Task.call(kind, () -> AcquireForm.ACQUIRE_N.call(s, 2)));
    }
    Await.queued(s, 100);
    s.setMaxPermits(2 + 2 * 60 + 1);
    Await.until("60 are served", () -> Task.done(waiters) == 60);
    Await.queued(s, 40);
    assertThat(s.availablePermits()).isOne();
    s.setMaxPermits(2 + 2 * 100);
    Task.results(waiters);
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 0);
  }

  /** In fair mode those who came first are the ones for whom a larger maximum makes room. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void growingServesInOrder(ThreadKind kind) {
    CountingSemaphore s = Mode.FAIR.with(0, 3);
    Task<Boolean> big = Task.queue(kind, s, 3);
    Task<Boolean> small = Task.queue(kind, s, 1);
    s.setMaxPermits(5);
    assertThat(s.availablePermits()).isEqualTo(2);
    assertThat(s.tryAcquire()).isFalse();
    assertThat(Task.done(List.of(big, small))).isZero();
    s.setMaxPermits(6);
    assertThat(big.result()).isTrue();
    assertThat(small.isDone()).isFalse();
    s.setMaxPermits(7);
    assertThat(small.result()).isTrue();
  }

  /** A request above the new maximum is refused at the call, and one within it is not. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void requestAboveTheNewMaximumIsRefused(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(4).maxPermits(4).name("dock").build();
    s.setMaxPermits(2);
    Task<Boolean> request = Task.call(kind, () -> form.call(s, 3));
    if (form.tries()) {
      assertThat(request.result()).isFalse();
    } else {
      assertThat(request.failure())
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContainingAll("dock", "3", "2");
    }
    assertThat(s.availablePermits()).isEqualTo(2);
    assertThat(s.getQueueLength()).isZero();
    s.setMaxPermits(6);
    assertThat(Task.call(kind, () -> form.call(s, 5)).result()).isTrue();
    assertThat(s.availablePermits()).isOne();
  }

  /** A waiter whose request is now above the maximum goes at once, and has taken nothing. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void shrinkingEndsAWaitThatHasBecomeImpossible(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.waits()) {
      return;
    }
    CountingSemaphore s = mode.builder(4).maxPermits(4).name("dock").build();
    assertThat(s.tryAcquire(2)).isTrue();
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 4));
    s.setMaxPermits(3);
    if (form.tries()) {
      assertThat(waiter.result()).isFalse();
    } else {
      assertThat(waiter.failure())
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContainingAll("dock", "4");
    }
    assertThat(waiter.endedInterrupted()).isFalse();
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isOne();
    assertThat(s.tryAcquire()).isTrue();
    s.release(3);
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** A future whose request is now above the maximum fails at once. */
  @ParameterizedTest
  @EnumSource
  void shrinkingFailsAFutureThatHasBecomeImpossible(Mode mode) {
    CountingSemaphore s = mode.builder(4).maxPermits(4).name("dock").build();
    assertThat(s.tryAcquire(2)).isTrue();
    CompletableFuture<Permit> future = s.acquireAsync(4);
    s.setMaxPermits(3);
    assertThat(Futures.failure(future))
        .isInstanceOf(PermitsUnavailableException.class)
        .hasMessageContainingAll("dock", "4");
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.tryAcquire()).isTrue();
    assertThat(Futures.failure(s.acquireAsync(4))).isInstanceOf(PermitsUnavailableException.class);
  }

  /** When the head becomes impossible, those behind it run on what is free, without a release. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void thoseBehindAnImpossibleHeadRun(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(5, 5);
    assertThat(s.tryAcquire(5)).isTrue();
    Task<Boolean> head = Task.queue(kind, s, 5);
    List<Task<Boolean>> others = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      others.add(Task.queue(kind, s, 1));
    }
    s.release(3);
    assertThat(Task.done(others)).isZero();
    s.setMaxPermits(4);
    assertThat(head.failure()).isInstanceOf(PermitsUnavailableException.class);
    Task.results(others);
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 0);
  }

  /** Those that have become impossible go wherever they stand; the others keep their places. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void impossibleRequestsGoFromAnywhere(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0, 10);
    List<Task<Boolean>> possible = new ArrayList<>();
    List<Task<Boolean>> impossible = new ArrayList<>();
    List<CompletableFuture<Permit>> possibleFutures = new ArrayList<>();
    List<CompletableFuture<Permit>> impossibleFutures = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      possible.add(Task.queue(kind, s, 2));
      impossible.add(Task.queue(kind, s, 3 + i));
      possibleFutures.add(s.acquireAsync(1));
      impossibleFutures.add(s.acquireAsync(10 - i));
      Await.queued(s, 4 * i + 4);
    }
    s.setMaxPermits(2);
    for (Task<Boolean> task : impossible) {
      assertThat(task.failure()).isInstanceOf(PermitsUnavailableException.class);
    }
    for (CompletableFuture<Permit> future : impossibleFutures) {
      assertThat(Futures.failure(future)).isInstanceOf(PermitsUnavailableException.class);
    }
    Await.queued(s, 10);
    assertThat(s.availablePermits()).isEqualTo(-8);
    assertThat(Task.done(possible)).isZero();
    assertThat(Futures.done(possibleFutures)).isZero();
    s.release(8);
    for (int i = 0; i < 5; i++) { // nobody barges, so both modes keep the order
      s.release(2);
      assertThat(possible.get(i).result()).isTrue();
      assertThat(Task.done(possible)).isEqualTo(i + 1);
      assertThat(Futures.done(possibleFutures)).isEqualTo(i);
      s.release(1);
      assertThat(Futures.value(possibleFutures.get(i)).count()).isOne();
      assertThat(Task.done(possible)).isEqualTo(i + 1);
    }
    Await.queued(s, 0);
    assertThat(s.availablePermits()).isZero();
  }

  /** The smallest and the largest maximum, and starts below zero, are exact as well. */
  @ParameterizedTest
  @EnumSource
  void extremeMaximumIsExact(Mode mode) {
    int most = Integer.MAX_VALUE;
    CountingSemaphore full = mode.with(most, most);
    full.setMaxPermits(1);
    assertThat(full.availablePermits()).isOne();
    assertThatIllegalStateException().isThrownBy(full::release);
    full.setMaxPermits(most);
    assertThat(full.availablePermits()).isEqualTo(most);
    assertThatIllegalStateException().isThrownBy(full::release);

    CountingSemaphore empty = mode.with(0, most);
    empty.setMaxPermits(1);
    assertThat(empty.availablePermits()).isEqualTo(1 - most);
    empty.release(most);
    assertThat(empty.availablePermits()).isOne();
    assertThatIllegalStateException().isThrownBy(empty::release);

    CountingSemaphore owing = mode.with(-5, 1);
    owing.setMaxPermits(most - 5);
    assertThat(owing.availablePermits()).isEqualTo(most - 11);
    owing.setMaxPermits(1);
    assertThat(owing.availablePermits()).isEqualTo(-5);
    owing.release(6);
    assertThatIllegalStateException().isThrownBy(owing::release);
    assertThat(owing.availablePermits()).isOne();
  }

  /** A debt beyond what can be counted is refused at the start; any other is exact. */
  @ParameterizedTest
  @EnumSource
  void debtIsExactAtTheExtremes(Mode mode) {
    int most = Integer.MAX_VALUE;
    int[][] cases = { // permits, maximum, new maximum
      {Integer.MIN_VALUE + 1, 1, most},
      {Integer.MIN_VALUE + 5, 3, 1},
      {Integer.MIN_VALUE + 5, 10, 1},
      {-5, most, 1},
      {-1, most, 1},
      {-2, most, 1},
      {-2, most - 7, 1},
    };
    for (int[] c : cases) {
      boolean countable = (long) c[1] - c[0] <= 1L << 31;
      if (!countable) {
        assertThatIllegalArgumentException().isThrownBy(() -> mode.with(c[0], c[1]));
        continue;
      }
      CountingSemaphore s = mode.with(c[0], c[1]);
      long exact = (long) c[0] + c[2] - c[1];
      s.setMaxPermits(c[2]);
      assertThat(s.maxPermits()).isEqualTo(c[2]);
      assertThat((long) s.availablePermits()).isEqualTo(exact);
      int max = s.maxPermits();
      long held = (long) max - s.availablePermits();
      int first = (int) Math.min(held, most);
      s.release(first);
      assertThat((long) s.availablePermits()).isEqualTo(max - held + first);
      int rest = (int) (held - first);
      assertThatIllegalStateException().isThrownBy(() -> s.release(rest + 1));
      s.release(rest);
      assertThat(s.availablePermits()).isEqualTo(max);
    }
  }

  /** Reducing below what can be counted is refused with a maximum too, and changes nothing. */
  @ParameterizedTest
  @EnumSource
  void reductionsStayExactAtTheExtremes(Mode mode) {
    int most = Integer.MAX_VALUE;
    for (int max : new int[] {1, 10, most}) {
      CountingSemaphore s = mode.with(1, max);
      long available = 1;
      for (int reduction : new int[] {most, 5, most - 9, most, most, 1, 1}) {
        try {
          s.reducePermits(reduction);
          available -= reduction;
        } catch (IllegalStateException e) {
          assertThat(available - reduction).isLessThan(max - (long) most);
        }
        assertThat((long) s.availablePermits()).isEqualTo(available);
        assertThat(s.maxPermits()).isEqualTo(max);
      }
      assertThat(s.tryAcquire()).isEqualTo(available > 0);
    }
  }

  /** Two threads that move the maximum leave one of their values, and permits that go with it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void concurrentResizesLeaveOneOfThem(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(7, 10);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int base = 10 * t;
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  s.setMaxPermits(base + 1 + i % 10);
                }
              }));
    }
    Task.results(tasks);
    assertThat(s.maxPermits()).isIn(10, 20, 30);
    assertThat(s.availablePermits()).isEqualTo(s.maxPermits() - 3);
  }

  /**
   * While the maximum moves, every release of what is held succeeds, nobody waits for ever, and in
   * the end exactly the maximum is available.
   */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void movingTheMaximumConservesPermits(Mode mode, ThreadKind kind) {
    int largest = 8;
    CountingSemaphore s = mode.with(5, 5);
    AtomicInteger running = new AtomicInteger(4);
    LongAdder done = new LongAdder();
    AtomicInteger held = new AtomicInteger();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      tasks.add(
          Task.run(
              kind,
              () -> {
                try {
                  for (int i = 0; i < 3_000; i++) {
                    int n = 1 + random.nextInt(4);
                    if (take(s, n, random)) {
                      assertThat(held.addAndGet(n)).isLessThanOrEqualTo(largest);
                      held.addAndGet(-n);
                      s.release(n);
                    }
                    done.increment();
                  }
                } finally {
                  running.decrementAndGet();
                }
              }));
    }
    AtomicBoolean stop = new AtomicBoolean();
    Task<Void> resizer =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              Random random = new Random(9);
              while (!stop.get()) {
                s.setMaxPermits(1 + random.nextInt(largest));
                assertThat(s.availablePermits()).isLessThanOrEqualTo(largest);
                Thread.yield();
              }
            });
    while (running.get() > 0) {
      long before = done.sum();
      Await.until("somebody goes on", () -> done.sum() > before || running.get() == 0);
    }
    stop.set(true);
    resizer.result();
    Task.results(tasks);
    assertThat(s.availablePermits()).isEqualTo(s.maxPermits());
    assertThatIllegalStateException().isThrownBy(s::release);
    s.setMaxPermits(largest);
    assertThat(s.tryAcquire(largest)).isTrue();
    assertThat(s.tryAcquire()).isFalse();
    Await.queued(s, 0);
  }

  private static boolean take(CountingSemaphore s, int n, Random random)
      throws InterruptedException {
    try {
      return switch (random.nextInt(4)) {
        case 0 -> {
          s.acquire(n);
          yield true;
        }
        case 1 -> {
          s.acquireUninterruptibly(n);
          yield true;
        }
        case 2 -> s.tryAcquire(n);
        default -> s.tryAcquire(n, random.nextInt(100), MICROSECONDS);
      };
    } catch (PermitsUnavailableException e) {
      return false; // above the maximum of the moment
    }
  }

  /** While the maximum moves, not a single release of more than is held passes. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void overReleaseIsExactWhileTheMaximumMoves(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(6, 6);
    AtomicInteger running = new AtomicInteger(2);
    AtomicInteger held = new AtomicInteger();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                try {
                  for (int i = 0; i < 5_000; i++) {
                    if (s.tryAcquire(2)) {
                      held.addAndGet(2);
                      Thread.yield();
                      s.release(2);
                      held.addAndGet(-2);
                    }
                  }
                } finally {
                  running.decrementAndGet();
                }
              }));
    }
    // Never more than four are held, so five more are always too many, whatever the maximum is.
    Task<Integer> bogus =
        Task.call(
            ThreadKind.PLATFORM,
            () -> {
              int passed = 0;
              for (int i = 0; running.get() > 0; i++) {
                s.setMaxPermits(4 + i % 5);
                try {
                  s.release(5);
                  passed++;
                } catch (IllegalStateException e) {
                  assertThat(s.availablePermits()).isBetween(0, 8);
                }
              }
              return passed;
            });
    Task.results(tasks);
    assertThat(bogus.result()).isZero();
    assertThat(held).hasValue(0);
    assertThat(s.availablePermits()).isEqualTo(s.maxPermits());
    assertThatIllegalStateException().isThrownBy(s::release);
  }
}
