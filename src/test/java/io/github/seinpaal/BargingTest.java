package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may overtake whom, and for how long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BargingTest {

  /** In non-fair mode a newcomer may take what is free although someone waits for more. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void nonFairNewcomerMayBarge(ThreadKind kind) {
    Await.until(
        "a newcomer barges",
        () -> {
          CountingSemaphore s = Mode.NON_FAIR.with(3);
          Task<Boolean> head = Task.queue(kind, s, 5);
          boolean barged = s.tryAcquire();
          s.release(barged ? 3 : 2);
          head.result();
          assertThat(s.availablePermits()).isZero();
          return barged;
        });
  }

  /** A waiter is not starved by threads that take and give back without a pause. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void waiterIsNotStarvedByBargers(Mode mode, ThreadKind kind, AcquireForm form) {
    int permits = 2;
    CountingSemaphore s = mode.with(permits);
    AtomicBoolean stop = new AtomicBoolean();
    List<Task<Void>> bargers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      bargers.add(
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                while (!stop.get()) {
                  s.acquire();
                  s.release();
                }
              }));
    }
    int n = form.size(permits); // a counted form wants all permits: never free all at once
    try {
      for (int i = 0; i < 5; i++) {
        Task<Boolean> waiter = Task.call(kind, () -> form.call(s, n));
        assertThat(waiter.result()).isTrue();
        s.release(n);
      }
    } finally {
      stop.set(true);
    }
    Task.results(bargers);
    assertThat(s.availablePermits()).isEqualTo(permits);
    Await.queued(s, 0);
  }

  /** A request for all permits is not starved by threads whose small tries never wait. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void bigRequestIsNotStarvedByTries(Mode mode, ThreadKind kind) {
    int permits = 3;
    CountingSemaphore s = mode.with(permits);
    AtomicBoolean stop = new AtomicBoolean();
    List<Task<Void>> bargers = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      bargers.add(
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                boolean held = false;
                while (!stop.get()) {
                  boolean first = s.tryAcquire();
                  if (held) { // from here on never lets go of all that it holds
                    s.release();
                  }
                  held = first;
                  if (!held) {
                    Thread.onSpinWait();
                  }
                }
                if (held) {
                  s.release();
                }
              }));
    }
    try {
      for (int i = 0; i < 5; i++) {
        Task<Boolean> waiter = Task.call(kind, () -> AcquireForm.ACQUIRE_N.call(s, permits));
        assertThat(waiter.result()).isTrue();
        s.release(permits);
      }
    } finally {
      stop.set(true);
    }
    Task.results(bargers);
    assertThat(s.availablePermits()).isEqualTo(permits);
  }

  /**
   * Requests for all permits are served beside a thread that always takes another one before it
   * lets one go, as long as it can: so they are never free all at once, unless somebody is made to
   * stop barging. {@link #loopStarvesWhoseBargingHasNoBound} shows that this takes a bound.
   */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void bargingIsBounded(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(2);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong rounds = new AtomicLong();
    Task<Void> barger =
        Task.run(
            ThreadKind.PLATFORM, () -> neverLetGo(s::tryAcquire, s::release, rounds, stop::get));
    try {
      Await.until("it barges", () -> rounds.get() > 0);
      for (int i = 0; i < 5; i++) {
        List<Task<Void>> waiters = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
          waiters.add(
              Task.run(
                  kind,
                  () -> {
                    s.acquire(2);
                    s.release(2);
                  }));
        }
        Task.results(waiters);
      }
    } finally {
      stop.set(true);
    }
    barger.result();
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** The same loop starves a waiter of a semaphore that lets everybody barge for ever. */
  @Test
  void loopStarvesWhoseBargingHasNoBound() {
    Semaphore s = new Semaphore(2);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong rounds = new AtomicLong();
    Task<Void> barger =
        Task.run(
            ThreadKind.PLATFORM, () -> neverLetGo(s::tryAcquire, s::release, rounds, stop::get));
    Await.until("it barges", () -> rounds.get() > 0);
    Task<Void> waiter = Task.run(ThreadKind.PLATFORM, () -> s.acquire(2));
    try {
      Await.until("the waiter is queued", s::hasQueuedThreads);
      long before = rounds.get();
      long start = System.nanoTime();
      Await.until(
          "it has been passed many times, for a hundred times as long as barging is bounded",
          () -> rounds.get() - before > 100_000 && System.nanoTime() - start > 100_000_000);
      assertThat(waiter.isDone()).isFalse();
    } finally {
      stop.set(true);
    }
    barger.result();
    waiter.result();
  }

  /** Holds one of two permits, and takes the other before it releases it, while tries succeed. */
  private static void neverLetGo(
      BooleanSupplier tryAcquire, Runnable release, AtomicLong rounds, BooleanSupplier stop) {
    boolean held = false;
    while (!stop.getAsBoolean()) {
      boolean another = tryAcquire.getAsBoolean();
      if (held) {
        release.run();
      }
      held = another;
      if (held) {
        rounds.incrementAndGet();
      } else {
        Thread.yield();
      }
    }
    if (held) {
      release.run();
    }
  }

  /** A try is refused only if too few permits are free: others that fail do not disturb it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void tryIsNotDisturbedByOthersThatFail(Mode mode, ThreadKind kind) {
    int threads = 3;
    CountingSemaphore s = mode.with(threads);
    List<Task<Void>> tasks = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    Task<Void> disturber =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              while (!stop.get()) {
                assertThat(s.tryAcquire(threads + 1)).isFalse();
                assertThat(s.tryAcquire(Integer.MAX_VALUE)).isFalse();
                assertThat(s.tryAcquire(threads + 1, 0, NANOSECONDS)).isFalse();
                assertThat(s.tryAcquire(0)).isTrue();
                s.release(0);
              }
            });
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  assertThat(s.tryAcquire()).isTrue();
                  s.release();
                }
              }));
    }
    try {
      Task.results(tasks);
    } finally {
      stop.set(true);
    }
    disturber.result();
    assertThat(s.availablePermits()).isEqualTo(threads);
  }
}
