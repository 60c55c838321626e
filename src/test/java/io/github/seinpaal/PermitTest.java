package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guard of permits. That its forms wait, time out, are interrupted and refuse like the others
 * is shown where those are, over {@link AcquireForm}.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PermitTest {

  /** A guard counts what was asked for, and closing it gives back that much. */
  @ParameterizedTest
  @MethodSource(Cases.GUARDED)
  void guardCountsWhatWasAcquired(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    for (CountingSemaphore s : List.of(mode.with(5), mode.with(5, 5))) {
      Permit permit = Task.call(kind, () -> form.permit(s, n)).result();
      assertThat(permit.count()).isEqualTo(n);
      assertThat(permit.semaphore()).isSameAs(s);
      assertThat(s.availablePermits()).isEqualTo(5 - n);
      permit.close();
      assertThat(permit.count()).isZero();
      assertThat(permit.semaphore()).isSameAs(s);
      assertThat(s.availablePermits()).isEqualTo(5);
    }
  }

  /** A guard that was waited for is the same, and the thread that closes need not be its first. */
  @ParameterizedTest
  @MethodSource(Cases.GUARDED)
  void guardThatWasWaitedForServesTheNext(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.waits()) {
      return;
    }
    int n = form.size(3);
    CountingSemaphore s = mode.with(n, n);
    Permit first = s.tryAcquirePermit(n);
    List<Permit> permits = new ArrayList<>();
    Task<Boolean> waiter =
        Task.queue(
            kind,
            s,
            () -> {
              permits.add(form.permit(s, n));
              return true;
            });
    Task<Boolean> next = Task.queue(kind, s, n);
    first.close();
    assertThat(waiter.result()).isTrue();
    assertThat(permits.get(0).count()).isEqualTo(n);
    assertThat(s.availablePermits()).isZero();
    assertThat(next.isDone()).isFalse();
    permits.get(0).close();
    assertThat(next.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A form that tries gives null, and takes nothing, when it does not get what it asks for. */
  @ParameterizedTest
  @MethodSource(Cases.GUARDED)
  void attemptInVainGivesNull(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.tries()) {
      return;
    }
    int n = form.size(3);
    for (long millis : new long[] {-1, 0, 1}) {
      CountingSemaphore s = mode.with(n - 1);
      Task<Permit> attempt = Task.call(kind, () -> form.permit(s, n, millis, MILLISECONDS));
      assertThat(attempt.result()).isNull();
      assertThat(s.availablePermits()).isEqualTo(n - 1);
      assertThat(s.getQueueLength()).isZero();
    }
    if (form.counted()) {
      CountingSemaphore s = mode.with(2, 2);
      assertThat(Task.call(kind, () -> form.permit(s, 3)).result()).isNull();
      assertThat(s.availablePermits()).isEqualTo(2);
    }
  }

  /** Try-with-resources closes a guard, also when the body throws, and accepts a null one. */
  @ParameterizedTest
  @EnumSource
  void tryWithResourcesCloses(Mode mode) throws InterruptedException {
    CountingSemaphore s = mode.with(2, 2);
    try (Permit permit = s.acquirePermit(2)) {
      assertThat(permit.count()).isEqualTo(2);
      try (Permit none = s.tryAcquirePermit()) {
        assertThat(none).isNull();
      }
      assertThat(s.availablePermits()).isZero();
    }
    assertThat(s.availablePermits()).isEqualTo(2);
    assertThatExceptionOfType(IllegalCallerException.class)
        .isThrownBy(
            () -> {
              try (Permit permit = s.acquirePermit()) {
                throw new IllegalCallerException(permit.toString());
              }
            });
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** Closing again does nothing. */
  @ParameterizedTest
  @EnumSource
  void closeAgainDoesNothing(Mode mode) {
    for (CountingSemaphore s : List.of(mode.with(4), mode.with(4, 4))) {
      Permit permit = s.tryAcquirePermit(2);
      Permit other = s.tryAcquirePermit(1);
      for (int i = 0; i < 3; i++) {
        permit.close();
        assertThat(s.availablePermits()).isEqualTo(3);
      }
      other.close();
      permit.close();
      assertThat(s.availablePermits()).isEqualTo(4);
    }
  }

  /** However many threads close a guard, its permits are released once. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void concurrentClosesReleaseOnce(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(1_000);
    int threads = 3;
    int rounds = 2_000;
    Permit[] permits = new Permit[rounds];
    for (int i = 0; i < rounds; i++) {
      s.release(3);
      permits[i] = s.tryAcquirePermit(3);
    }
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                start.await();
                for (Permit permit : permits) {
                  permit.close();
                }
              }));
    }
    Task.results(tasks);
    assertThat(s.availablePermits()).isEqualTo(1_000 + 3 * rounds);
  }

  /** Parts that are split off add up to the whole, and each is released on its own. */
  @ParameterizedTest
  @EnumSource
  void partsAddUp(Mode mode) {
    for (CountingSemaphore s : List.of(mode.with(7), mode.with(7, 7))) {
      Permit rest = s.tryAcquirePermit(6);
      Permit two = rest.split(2);
      Permit three = rest.split(3);
      assertThat(two.count()).isEqualTo(2);
      assertThat(three.count()).isEqualTo(3);
      assertThat(rest.count()).isOne();
      assertThat(two.semaphore()).isSameAs(s);
      assertThat(s.availablePermits()).isOne();
      rest.close();
      assertThat(s.availablePermits()).isEqualTo(2);
      Permit part = three.split(1);
      three.close();
      three.close();
      assertThat(s.availablePermits()).isEqualTo(4);
      two.close();
      part.close();
      assertThat(s.availablePermits()).isEqualTo(7);
    }
  }

  /** A part is neither nothing nor the whole. */
  @ParameterizedTest
  @EnumSource
  void splitOutOfBoundsIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(5).name("dock").build();
    Permit permit = s.tryAcquirePermit(3);
    for (int k : new int[] {0, -1, 3, 4, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .as("split(%d)", k)
          .isThrownBy(() -> permit.split(k))
          .withMessageContainingAll("dock", String.valueOf(k), "3");
      assertThat(permit.count()).isEqualTo(3);
    }
    Permit one = s.tryAcquirePermit();
    for (int k : new int[] {0, 1, 2}) {
      assertThatIllegalArgumentException().isThrownBy(() -> one.split(k));
    }
    one.close();
    permit.close();
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** Forgetting gives up the guard, not the permits. */
  @ParameterizedTest
  @EnumSource
  void forgottenPermitsAreTheCallersToRelease(Mode mode) {
    CountingSemaphore s = mode.with(5, 5);
    Permit permit = s.tryAcquirePermit(3);
    Permit part = permit.split(1);
    assertThat(permit.forget()).isEqualTo(2);
    assertThat(permit.count()).isZero();
    permit.close();
    assertThat(s.availablePermits()).isEqualTo(2);
    s.release(2);
    part.close();
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** A guard that is closed or forgotten can be neither split nor forgotten. */
  @ParameterizedTest
  @EnumSource
  void closedGuardIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(5).name("dock").build();
    Permit closed = s.tryAcquirePermit(3);
    closed.close();
    Permit forgotten = s.tryAcquirePermit(3);
    forgotten.forget();
    for (Permit permit : List.of(closed, forgotten)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> permit.split(1))
          .withMessageContaining("dock");
      assertThatIllegalStateException().isThrownBy(permit::forget).withMessageContaining("dock");
      assertThat(permit.count()).isZero();
    }
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** A guard of nothing can be had at any time, and giving it back changes nothing. */
  @ParameterizedTest
  @MethodSource(Cases.GUARDED)
  void guardOfNothing(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.counted()) {
      return;
    }
    for (CountingSemaphore s : List.of(mode.with(1), mode.with(0), mode.with(-1, 1))) {
      int before = s.availablePermits();
      Permit permit = Task.call(kind, () -> form.permit(s, 0)).result();
      assertThat(permit.count()).isZero();
      assertThat(permit.semaphore()).isSameAs(s);
      assertThatIllegalArgumentException().isThrownBy(() -> permit.split(1));
      permit.close();
      permit.close();
      assertThat(s.availablePermits()).isEqualTo(before);
      assertThatIllegalStateException().isThrownBy(permit::forget);
    }
  }

  /** The release that is one too many is refused, also when it is that of a guard. */
  @ParameterizedTest
  @EnumSource
  void closeAfterABogusReleaseIsRefused(Mode mode) {
    CountingSemaphore s = mode.builder(3).maxPermits(3).name("dock").build();
    Permit permit = s.tryAcquirePermit(2);
    s.release();
    assertThatIllegalStateException().isThrownBy(permit::close).withMessageContaining("dock");
    assertThat(s.availablePermits()).isEqualTo(2);
    permit.close();
    assertThat(permit.count()).isZero();
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** Splitting while others split and close conserves the permits. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void concurrentSplitsConserve(Mode mode, ThreadKind kind) {
    int threads = 3;
    CountingSemaphore s = mode.with(64, 64);
    CyclicBarrier edge = new CyclicBarrier(threads);
    Permit[] shared = new Permit[1];
    AtomicInteger parts = new AtomicInteger();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(t);
      boolean first = t == 0;
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int round = 0; round < 500; round++) {
                  if (first) {
                    assertThat(s.availablePermits()).isEqualTo(64);
                    shared[0] = s.tryAcquirePermit(64);
                  }
                  edge.await();
                  Permit whole = shared[0];
                  for (int i = 0; i < 10; i++) {
                    try (Permit part = splitIfPossible(whole, 1 + random.nextInt(4))) {
                      if (part != null) {
                        assertThat(part.count()).isBetween(1, 4);
                        parts.incrementAndGet();
                      }
                    }
                  }
                  whole.close();
                  edge.await();
                }
              }));
    }
    Task.results(tasks);
    assertThat(parts.get()).isPositive();
    assertThat(s.availablePermits()).isEqualTo(64);
  }

  private static Permit splitIfPossible(Permit whole, int k) {
    try {
      return whole.split(k);
    } catch (IllegalStateException | IllegalArgumentException closedOrTooSmallByNow) {
      return null;
    }
  }

  /** A guard shows what it guards, and of what. */
  @ParameterizedTest
  @EnumSource
  void textShowsCountAndSemaphore(Mode mode) {
    CountingSemaphore s = mode.builder(5_000).name("dock").build();
    Permit permit = s.tryAcquirePermit(4_711);
    assertThat(permit.toString()).contains("4711", "dock");
    permit.close();
    assertThat(permit.toString()).contains("closed", "dock");
  }
}
