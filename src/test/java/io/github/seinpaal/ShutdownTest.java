package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A semaphore that has been shut down lets nobody in, and counts what comes back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShutdownTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  /** Shutting down is for good, and doing it again changes nothing. */
  @ParameterizedTest
  @EnumSource
  void shutdownIsForGood(Mode mode) {
    for (CountingSemaphore s : List.of(mode.with(2), mode.with(2, 5), mode.with(-2))) {
      int before = s.availablePermits();
      assertThat(s.isShutdown()).isFalse();
      for (int i = 0; i < 3; i++) {
        s.shutdown();
        assertThat(s.isShutdown()).isTrue();
        assertThat(s.availablePermits()).isEqualTo(before);
      }
      s.release();
      s.reducePermits(1);
      s.drainPermits();
      assertThat(s.isShutdown()).isTrue();
      assertThat(s.tryAcquire()).isFalse();
    }
  }

  /** A waiter of any form goes at once, and has taken nothing. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void waiterGoes(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    CountingSemaphore s = mode.builder(n - 1).name("dock").build();
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
    s.shutdown();
    assertGone(waiter, form);
    assertThat(waiter.endedInterrupted()).isFalse();
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isEqualTo(n - 1);
    s.release();
    assertThat(s.availablePermits()).isEqualTo(n);
  }

  private static void assertGone(Task<Boolean> request, AcquireForm form) {
    if (form.tries()) {
      assertThat(request.result()).isFalse();
    } else {
      assertThat(request.failure())
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContaining("dock");
    }
  }

  /** A crowd of every form, kind of thread and size, and of futures, goes together. */
  @ParameterizedTest
  @EnumSource
  void mixedCrowdGoes(Mode mode) {
    CountingSemaphore s = mode.builder(0).name("dock").build();
    List<AcquireForm> forms = new ArrayList<>();
    List<Task<Boolean>> waiters = new ArrayList<>();
    List<CompletableFuture<Permit>> futures = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      for (ThreadKind kind : ThreadKind.available()) {
        for (AcquireForm form : AcquireForm.values()) {
          if (form.waits()) {
            forms.add(form);
            waiters.add(Task.call(kind, () -> form.call(s, form.size(3))));
            futures.add(s.acquireAsync(1 + i));
          }
        }
      }
    }
    Await.queued(s, waiters.size() + futures.size());
    s.shutdown();
    for (int i = 0; i < waiters.size(); i++) {
      assertGone(waiters.get(i), forms.get(i));
      assertThat(Futures.failure(futures.get(i)))
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContaining("dock");
    }
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.hasQueuedThreads()).isFalse();
    assertThat(s.availablePermits()).isZero();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
  }

  /** A waiter that is not interruptible goes too, and takes its interrupt with it. */
  @ParameterizedTest
  @MethodSource(Cases.UNINTERRUPTIBLE)
  void uninterruptibleWaiterKeepsItsInterrupt(Mode mode, ThreadKind kind, AcquireForm form) {
    if (!form.waits()) {
      return;
    }
    CountingSemaphore s = mode.builder(0).name("dock").build();
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
    waiter.interrupt();
    s.shutdown();
    assertGone(waiter, form);
    assertThat(waiter.endedInterrupted()).isTrue();
  }

  /** Every later request is refused at once, whether or not permits are free. */
  @ParameterizedTest
  @MethodSource(Cases.ALL)
  void laterRequestIsRefused(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(3);
    for (int permits : new int[] {5, 0, -5}) {
      for (CountingSemaphore s :
          List.of(
              mode.builder(permits).name("dock").build(),
              mode.builder(permits).maxPermits(5).name("dock").build())) {
        s.shutdown();
        assertGone(Task.call(kind, () -> form.call(s, n)), form);
        if (form.timed()) {
          assertThat(Task.call(kind, () -> form.call(s, n, 0, NANOSECONDS)).result()).isFalse();
        }
        assertThat(s.availablePermits()).isEqualTo(permits);
        assertThat(s.getQueueLength()).isZero();
        s.release(5 - permits);
        assertGone(Task.call(kind, () -> form.call(s, n)), form);
        assertThat(s.availablePermits()).isEqualTo(5);
      }
    }
  }

  /** A later future fails, whether or not permits are free. */
  @ParameterizedTest
  @EnumSource
  void laterFutureFails(Mode mode) {
    for (int permits : new int[] {5, 0, -5}) {
      CountingSemaphore s = mode.builder(permits).name("dock").build();
      s.shutdown();
      assertThat(Futures.failure(s.acquireAsync()))
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContaining("dock");
      assertThat(Futures.failure(s.acquireAsync(2)))
          .isInstanceOf(PermitsUnavailableException.class);
      assertThat(s.availablePermits()).isEqualTo(permits);
      assertThat(s.getQueueLength()).isZero();
    }
  }

  /** Zero permits can still be had. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void zeroPermitsCanStillBeHad(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    s.shutdown();
    assertThat(Task.call(kind, () -> form.call(s, 0)).result()).isTrue();
    assertThat(Futures.value(s.acquireAsync(0)).count()).isZero();
  }

  /** An interrupt on entry is thrown before the refusal. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptOnEntryWinsOverShutdown(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(5);
    s.shutdown();
    Task<Boolean> request =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call(s, form.size(3));
            });
    assertThat(request.failure()).isInstanceOf(InterruptedException.class);
    assertThat(request.endedInterrupted()).isFalse();
  }

  /** Arguments are checked as before. */
  @ParameterizedTest
  @EnumSource
  void argumentsAreStillChecked(Mode mode) {
    CountingSemaphore s = mode.with(5, 5);
    s.shutdown();
    assertThatIllegalArgumentException().isThrownBy(() -> s.acquire(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> s.tryAcquirePermit(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> s.acquireAsync(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> s.release(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> s.setMaxPermits(0));
    assertThatNullPointerException().isThrownBy(() -> s.tryAcquire((Duration) null));
  }

  /** Releases count up to the maximum and no further; nothing can be drained. */
  @ParameterizedTest
  @EnumSource
  void releasesStillCount(Mode mode) {
    CountingSemaphore s = mode.with(5, 5);
    Permit permit = s.tryAcquirePermit(2);
    assertThat(s.tryAcquire(2)).isTrue();
    s.shutdown();
    assertThat(s.availablePermits()).isOne();
    permit.close();
    assertThat(s.availablePermits()).isEqualTo(3);
    s.release(2);
    assertThatIllegalStateException().isThrownBy(s::release);
    assertThat(s.availablePermits()).isEqualTo(5);
    assertThat(s.drainPermits()).isZero();
    assertThat(s.availablePermits()).isEqualTo(5);
    s.reducePermits(7);
    assertThat(s.availablePermits()).isEqualTo(-2);
    assertThat(s.drainPermits()).isZero();
    s.release(7);
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** Without a maximum nothing can be drained either, nor is a debt forgiven. */
  @ParameterizedTest
  @EnumSource
  void nothingCanBeDrained(Mode mode) {
    for (int permits : new int[] {3, 0, -3}) {
      CountingSemaphore s = mode.with(permits);
      s.shutdown();
      assertThat(s.drainPermits()).isZero();
      assertThat(s.availablePermits()).isEqualTo(permits);
    }
  }

  /** The maximum can still be moved, which lets nobody in. */
  @ParameterizedTest
  @EnumSource
  void maximumCanStillBeMoved(Mode mode) {
    CountingSemaphore s = mode.with(1, 2);
    s.shutdown();
    s.setMaxPermits(9);
    assertThat(s.maxPermits()).isEqualTo(9);
    assertThat(s.availablePermits()).isEqualTo(8);
    assertThat(s.tryAcquire()).isFalse();
    assertThat(s.isShutdown()).isTrue();
    s.setMaxPermits(1);
    assertThat(s.availablePermits()).isZero();
    s.release();
    assertThatIllegalStateException().isThrownBy(s::release);
  }

  /** Whoever has been granted permits before keeps them; everyone else goes. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void grantAgainstShutdownHasOneWinner(Mode mode, ThreadKind kind, AcquireForm form) {
    int n = form.size(2);
    Random random = new Random(3);
    int granted = 0;
    int rounds = 200;
    for (int r = 0; r < rounds; r++) {
      CountingSemaphore s = mode.builder(0).name("dock").build();
      Task<Boolean> waiter = Task.call(kind, () -> form.call(s, n));
      if (random.nextInt(4) > 0) {
        Await.queued(s, 1);
      }
      CountDownLatch start = new CountDownLatch(1);
      Task<Void> releaser =
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                start.await();
                s.release(n);
              });
      start.countDown();
      Await.within(random.nextInt(60_000), releaser::isDone);
      s.shutdown();
      releaser.result();
      boolean won = waiter.failure() == null && waiter.result();
      if (!won) {
        assertGone(waiter, form);
      }
      granted += won ? 1 : 0;
      assertThat(s.availablePermits()).isEqualTo(won ? 0 : n);
      assertThat(s.getQueueLength()).isZero();
      assertThat(s.tryAcquire()).isFalse();
    }
    assertThat(granted).isBetween(0, rounds);
  }

  /** Without a maximum there is nothing to be complete. */
  @ParameterizedTest
  @EnumSource
  void awaitReturnedNeedsAMaximum(Mode mode) {
    CountingSemaphore s = mode.builder(1).name("dock").build();
    assertThatIllegalStateException()
        .isThrownBy(() -> s.awaitReturned(LONG))
        .withMessageContaining("dock");
    assertThatIllegalStateException().isThrownBy(() -> s.awaitReturned(Duration.ZERO));
  }

  /** A null duration is refused. */
  @ParameterizedTest
  @EnumSource
  void awaitReturnedNeedsADuration(Mode mode) {
    for (int permits : new int[] {2, 1}) {
      CountingSemaphore s = mode.with(permits, 2);
      assertThatNullPointerException().isThrownBy(() -> s.awaitReturned(null));
    }
  }

  /** When all permits are there nobody waits, whatever the time limit. */
  @ParameterizedTest
  @EnumSource
  void awaitReturnedDoesNotWaitWhenAllIsThere(Mode mode) throws InterruptedException {
    CountingSemaphore s = mode.with(3, 3);
    for (boolean shutdown : new boolean[] {false, true}) {
      if (shutdown) {
        s.shutdown();
      }
      for (Duration time : List.of(LONG, Duration.ZERO, Duration.ofSeconds(-1))) {
        assertThat(s.awaitReturned(time)).isTrue();
        assertThat(s.availablePermits()).isEqualTo(3);
      }
    }
  }

  /** A time limit of zero or less does not wait, and a short one ends. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void awaitReturnedTimesOut(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(2, 3);
    for (boolean shutdown : new boolean[] {false, true}) {
      if (shutdown) {
        s.shutdown();
      }
      for (Duration time :
          List.of(
              Duration.ZERO,
              Duration.ofSeconds(-1),
              Duration.ofSeconds(Long.MIN_VALUE),
              Duration.ofNanos(1),
              Duration.ofMillis(20))) {
        long start = System.nanoTime();
        assertThat(Task.call(kind, () -> s.awaitReturned(time)).result()).isFalse();
        if (time.compareTo(Duration.ZERO) > 0) {
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(time.toNanos());
        }
        assertThat(s.getQueueLength()).isZero();
        assertThat(s.availablePermits()).isEqualTo(2);
      }
    }
  }

  /** It throws on entry if interrupted, even when all permits are there, and while it waits. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void awaitReturnedIsInterruptible(Mode mode, ThreadKind kind) {
    for (int permits : new int[] {3, 2}) {
      for (Duration time : List.of(LONG, Duration.ZERO)) {
        CountingSemaphore s = mode.with(permits, 3);
        Task<Boolean> entering =
            Task.call(
                kind,
                () -> {
                  Thread.currentThread().interrupt();
                  return s.awaitReturned(time);
                });
        assertThat(entering.failure()).isInstanceOf(InterruptedException.class);
        assertThat(entering.endedInterrupted()).isFalse();
      }
    }
    CountingSemaphore s = mode.with(2, 3);
    Task<Boolean> waiting = waitForReturn(kind, s);
    waiting.interrupt();
    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    assertThat(waiting.endedInterrupted()).isFalse();
    assertThat(s.tryAcquire(2)).isTrue();
    s.release(3);
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** Starts a wait for all permits, and returns once its thread rests. */
  private static Task<Boolean> waitForReturn(ThreadKind kind, CountingSemaphore s) {
    Task<Boolean> task = Task.call(kind, () -> s.awaitReturned(LONG));
    Await.until(
        "it waits",
        () ->
            task.thread().getState() == Thread.State.TIMED_WAITING
                || task.thread().getState() == Thread.State.WAITING
                || task.isDone());
    assertThat(task.isDone()).isFalse();
    return task;
  }

  /** The last permit to come back ends all waits for it, however it comes. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void lastPermitEndsAllWaits(Mode mode, ThreadKind kind) {
    for (boolean shutdown : new boolean[] {false, true}) {
      CountingSemaphore s = mode.with(4, 4);
      Permit two = s.tryAcquirePermit(2);
      Permit one = two.split(1);
      assertThat(s.tryAcquire()).isTrue();
      if (shutdown) {
        s.shutdown();
      }
      List<Task<Boolean>> waits = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waits.add(waitForReturn(kind, s));
      }
      two.close();
      s.release();
      assertThat(Task.done(waits)).isZero();
      one.close();
      assertThat(Task.results(waits)).containsOnly(true);
      assertThat(s.availablePermits()).isEqualTo(4);
      assertThat(s.getQueueLength()).isZero();
    }
  }

  /** Those who wait for all permits to return take none, and are in nobody's way. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitForReturnIsInNobodysWay(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(3, 3);
    assertThat(s.tryAcquire(3)).isTrue();
    Task<Boolean> wait = waitForReturn(kind, s);
    s.release();
    assertThat(s.availablePermits()).isOne();
    assertThat(s.tryAcquire()).isTrue();
    Task<Boolean> waiter = Task.queue(kind, s, 2);
    s.release(2);
    assertThat(waiter.result()).isTrue();
    s.release(2);
    assertThat(wait.isDone()).isFalse();
    s.release();
    assertThat(wait.result()).isTrue();
    assertThat(s.tryAcquire(3)).isTrue();
  }

  /** A queue of waiters has its turn first: permits that are handed on have not returned. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitForReturnOutlastsTheQueue(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(1, 1);
    assertThat(s.tryAcquire()).isTrue();
    AtomicInteger served = new AtomicInteger();
    List<Task<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiters.add(
          Task.run(
              kind,
              () -> {
                s.acquire();
                served.incrementAndGet();
                s.release();
              }));
    }
    Await.queued(s, 20);
    Task<Boolean> wait = waitForReturn(kind, s);
    s.release();
    assertThat(wait.result()).isTrue();
    Task.results(waiters);
    if (mode.fair()) {
      assertThat(served).hasValue(20);
    }
    assertThat(s.availablePermits()).isOne();
  }

  /** Moving the maximum does not change what is out; paying a debt ends the wait. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitForReturnSeesThroughResizing(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(5, 5);
    assertThat(s.tryAcquire(4)).isTrue();
    Task<Boolean> wait = waitForReturn(kind, s);
    s.setMaxPermits(2);
    s.setMaxPermits(9);
    s.setMaxPermits(1);
    assertThat(s.availablePermits()).isEqualTo(-3);
    s.release(3);
    assertThat(wait.isDone()).isFalse();
    s.release();
    assertThat(wait.result()).isTrue();
    assertThat(s.availablePermits()).isOne();

    CountingSemaphore owing = mode.with(-2, 3);
    Task<Boolean> paid = waitForReturn(kind, owing);
    owing.release(4);
    assertThat(paid.isDone()).isFalse();
    owing.release();
    assertThat(paid.result()).isTrue();
  }

  /** A graceful end: no new work, what runs ends, then all is there. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void gracefulEnd(Mode mode, ThreadKind kind) throws InterruptedException {
    CountingSemaphore s = mode.with(3, 3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    List<Task<Void>> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      workers.add(
          Task.run(
              kind,
              () -> {
                for (; ; ) {
                  try (Permit permit = s.acquirePermit()) {
                    inside.addAndGet(permit.count());
                    Thread.yield();
                    turns.incrementAndGet();
                    inside.addAndGet(-permit.count());
                  }
                }
              }));
    }
    Await.until("work is done", () -> turns.get() > 100);
    s.shutdown();
    assertThat(s.awaitReturned(LONG)).isTrue();
    assertThat(inside).hasValue(0);
    int last = turns.get();
    for (Task<Void> worker : workers) {
      assertThat(worker.failure()).isInstanceOf(PermitsUnavailableException.class);
    }
    assertThat(turns).hasValue(last);
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** No wait for the last permit is forgotten, whenever it comes. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitForReturnAgainstTheLastRelease(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(2, 2);
    CyclicBarrier edge = new CyclicBarrier(2);
    int rounds = 1_000;
    Task<Void> waiter =
        Task.run(
            kind,
            () -> {
              for (int r = 0; r < rounds; r++) {
                edge.await();
                if (r % 3 == 0) {
                  s.awaitReturned(Duration.ofNanos(r % 5 * 10_000L));
                }
                assertThat(s.awaitReturned(Duration.ofSeconds(20))).isTrue();
                edge.await();
              }
            });
    Task<Void> releaser =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              Random random = new Random(4);
              for (int r = 0; r < rounds; r++) {
                assertThat(s.tryAcquire(2)).isTrue();
                edge.await();
                s.release();
                Await.within(random.nextInt(1 + r % 4 * 30_000), () -> false);
                s.release();
                edge.await();
              }
            });
    releaser.result();
    waiter.result();
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** Whoever waits for permits when nobody is left to return them can be sent home. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void shutdownAgainstEverything(Mode mode, ThreadKind kind) {
    for (int round = 0; round < 50; round++) {
      CountingSemaphore s = mode.with(2, 4);
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 5; t++) {
        Random random = new Random(round * 5 + t);
        tasks.add(
            Task.run(
                kind,
                () -> {
                  for (; ; ) {
                    int n = 1 + random.nextInt(3);
                    switch (random.nextInt(4)) {
                      case 0 -> {
                        s.acquire(n);
                        s.release(n);
                      }
                      case 1 -> {
                        if (s.tryAcquire(n, random.nextInt(2), MILLISECONDS)) {
                          s.release(n);
                        }
                      }
                      case 2 -> s.setMaxPermits(3 + random.nextInt(3));
                      default -> {
                        s.reducePermits(1);
                        s.release();
                      }
                    }
                    if (s.isShutdown()) {
                      s.acquireUninterruptibly();
                    }
                  }
                }));
      }
      Await.within(round * 20_000L, () -> false);
      s.shutdown();
      for (Task<Void> task : tasks) {
        assertThat(task.failure()).isInstanceOf(PermitsUnavailableException.class);
      }
      assertThat(s.isShutdown()).isTrue();
      assertThat(s.availablePermits()).isEqualTo(s.maxPermits() - 2);
      assertThat(s.getQueueLength()).isZero();
      assertThatExceptionOfType(PermitsUnavailableException.class).isThrownBy(s::acquire);
    }
  }
}
