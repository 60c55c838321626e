package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At most so many inside at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MultiplexTest {

  @Test
  void limitBelowOneIsRefused() {
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Multiplex(limit));
      assertThatIllegalArgumentException().isThrownBy(() -> new Multiplex(limit, true));
      Multiplex m = new Multiplex(2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> m.setLimit(limit))
          .withMessageContaining("Multiplex@");
      assertThat(m.limit()).isEqualTo(2);
    }
  }

  @Test
  void nullsAreRefusedBeforeAPlaceIsTaken() {
    Multiplex m = new Multiplex(2);
    assertThatNullPointerException().isThrownBy(() -> m.run(null));
    assertThatNullPointerException().isThrownBy(() -> m.call(null));
    assertThatNullPointerException().isThrownBy(() -> m.limit(null));
    assertThatNullPointerException().isThrownBy(() -> m.tryEnter(null));
    assertThatNullPointerException().isThrownBy(() -> m.limit(Runnable::run).execute(null));
    assertThat(m.inside()).isZero();
  }

  /** Every form of entering counts, and every way out gives the place back, once. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void whoLeavesGivesThePlaceBack(Mode mode) throws Exception {
    Multiplex m = new Multiplex(3, mode.fair());
    Permit first = m.enter();
    Permit second = m.tryEnter();
    Permit third = m.tryEnter(Duration.ZERO);
    assertThat(m.inside()).isEqualTo(3);
    assertThat(m.tryEnter()).isNull();
    assertThat(m.tryEnter(Duration.ofMillis(5))).isNull();
    assertThat(m.toString()).contains("3 of 3 inside", mode.fair() ? ", fair" : ", non-fair");
    first.close();
    first.close();
    assertThat(m.inside()).isEqualTo(2);
    m.run(() -> assertThat(m.inside()).isEqualTo(3));
    assertThat(m.<Integer>call(m::inside)).isEqualTo(3);
    second.close();
    third.close();
    assertThat(m.inside()).isZero();
  }

  /** A task that throws has left, and what it threw arrives as it was. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void failingTaskLeaves(Mode mode) {
    Multiplex m = new Multiplex(1, mode.fair());
    for (int i = 0; i < 3; i++) {
      ArithmeticException failure = new ArithmeticException();
      Exception checked = new Exception();
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(
              () ->
                  m.run(
                      () -> {
                        throw failure;
                      }))
          .isSameAs(failure);
      assertThatExceptionOfType(Exception.class)
          .isThrownBy(
              () ->
                  m.call(
                      () -> {
                        throw checked;
                      }))
          .isSameAs(checked);
      assertThat(m.inside()).isZero();
    }
  }

  /** An interrupted thread does not enter, even if there is a place, and runs nothing. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void interruptOnEntryWinsOverAFreePlace(Mode mode, ThreadKind kind) {
    Multiplex m = new Multiplex(1, mode.fair());
    AtomicInteger ran = new AtomicInteger();
    List<Task.Body> bodies =
        List.of(
            m::enter,
            () -> m.tryEnter(Duration.ofMinutes(1)),
            () -> m.run(ran::incrementAndGet),
            () -> m.call(ran::incrementAndGet));
    for (Task.Body body : bodies) {
      Task<Void> task =
          Task.run(
              kind,
              () -> {
                Thread.currentThread().interrupt();
                body.run();
              });
      assertThat(task.failure()).isInstanceOf(InterruptedException.class);
      assertThat(task.endedInterrupted()).isFalse();
    }
    assertThat(ran.get()).isZero();
    assertThat(m.inside()).isZero();
  }

  /** Never are more inside than the limit, however they enter and whatever they do. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void neverMoreInsideThanTheLimit(Mode mode, ThreadKind kind) {
    int limit = 3;
    Multiplex m = new Multiplex(limit, mode.fair());
    AtomicInteger inside = new AtomicInteger();
    Runnable work =
        () -> {
          assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(limit);
          Thread.yield();
          inside.decrementAndGet();
        };
    Executor direct = m.limit(Runnable::run);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 500; i++) {
                  switch (i % 4) {
                    case 0 -> m.run(work);
                    case 1 -> m.call(Executors.callable(work));
                    case 2 -> direct.execute(work);
                    default -> {
                      Permit place = i % 8 == 3 ? m.enter() : m.tryEnter(Duration.ofNanos(50_000));
                      if (place != null) {
                        work.run();
                        place.close();
                      }
                    }
                  }
                }
              }));
    }
    Task.results(tasks);
    assertThat(m.inside()).isZero();
    assertThat(m.getQueueLength()).isZero();
  }

  /** Raising the limit lets those in who wait; lowering it sends nobody away. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void limitChangesWhilePlacesAreTaken(Mode mode, ThreadKind kind) {
    Multiplex m = new Multiplex(1, mode.fair());
    List<Task<Permit>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(Task.call(kind, m::enter));
    }
    Await.until("three wait", () -> m.getQueueLength() == 3);
    assertThat(m.inside()).isEqualTo(1);
    m.setLimit(4);
    List<Permit> places = Task.results(tasks);
    assertThat(m.inside()).isEqualTo(4);
    m.setLimit(2);
    assertThat(m.limit()).isEqualTo(2);
    assertThat(m.inside()).isEqualTo(4);
    places.get(0).close();
    places.get(1).close();
    assertThat(m.tryEnter()).isNull();
    places.get(2).close();
    assertThat(m.inside()).isEqualTo(1);
    assertThat(m.tryEnter()).isNotNull();
    assertThat(m.tryEnter()).isNull();
  }

  /** The place is taken before the task is handed over, and given back when it ends. */
  @Test
  void executorIsGivenNoMoreThanTheLimit() {
    Multiplex m = new Multiplex(2);
    Queue<Runnable> queued = new ArrayDeque<>();
    Executor limited = m.limit(queued::add);
    limited.execute(() -> {});
    limited.execute(
        () -> {
          throw new ArithmeticException();
        });
    assertThat(queued).hasSize(2);
    assertThat(m.inside()).isEqualTo(2);
    Task<Void> third = Task.run(ThreadKind.PLATFORM, () -> limited.execute(() -> {}));
    Await.until("it waits", () -> m.getQueueLength() == 1);
    assertThat(queued).hasSize(2);
    queued.remove().run();
    third.result();
    assertThat(m.inside()).isEqualTo(2);
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(queued.remove()::run);
    queued.remove().run();
    assertThat(m.inside()).isZero();
  }

  /** Whatever the executor throws comes through, and the place is given back, once. */
  @Test
  void refusedTaskGivesItsPlaceBack() {
    Multiplex m = new Multiplex(1);
    RejectedExecutionException refusal = new RejectedExecutionException();
    Executor refusing =
        m.limit(
            task -> {
              throw refusal;
            });
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> refusing.execute(() -> {}))
          .isSameAs(refusal);
      assertThat(m.inside()).isZero();
    }
    Executor direct = m.limit(Runnable::run);
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(
              () ->
                  direct.execute(
                      () -> {
                        throw new ArithmeticException();
                      }));
      assertThat(m.inside()).isZero();
    }
  }

  /** Interrupted while it waits for a place, execute refuses, and the interrupt stays. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void interruptedExecuteRefuses(Mode mode, ThreadKind kind) throws InterruptedException {
    Multiplex m = new Multiplex(1, mode.fair());
    AtomicInteger ran = new AtomicInteger();
    Executor limited = m.limit(Runnable::run);
    Permit place = m.enter();
    Task<Void> waiter = Task.run(kind, () -> limited.execute(ran::incrementAndGet));
    Await.until("it waits", () -> m.getQueueLength() == 1);
    waiter.interrupt();
    assertThat(waiter.failure())
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("Multiplex@")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(waiter.endedInterrupted()).isTrue();
    place.close();
    Task<Void> onEntry =
        Task.run(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              limited.execute(ran::incrementAndGet);
            });
    assertThat(onEntry.failure()).isInstanceOf(RejectedExecutionException.class);
    assertThat(onEntry.endedInterrupted()).isTrue();
    assertThat(ran.get()).isZero();
    assertThat(m.inside()).isZero();
  }

  /** A pool behind a multiplex runs all tasks, never more at once than the limit. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void limitedPoolRunsEverything(Mode mode) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      Multiplex m = new Multiplex(2, mode.fair());
      Executor limited = m.limit(pool);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(1_000);
      for (int i = 0; i < 1_000; i++) {
        limited.execute(
            () -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              Thread.yield();
              inside.decrementAndGet();
              done.countDown();
            });
      }
      done.await();
      assertThat(most.get()).isLessThanOrEqualTo(2);
      Await.until("all have left", () -> m.inside() == 0);
    } finally {
      pool.shutdown();
    }
  }
}
