package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that leave the queue: what they free for others, and what they leave behind. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DepartureTest {

  /** When a big request at the head is interrupted, those behind it run without any release. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void interruptedHeadLetsOthersRun(Mode mode, ThreadKind kind) {
    for (AcquireForm form :
        List.of(AcquireForm.ACQUIRE_N, AcquireForm.TIMED_N, AcquireForm.DURATION_N)) {
      CountingSemaphore s = mode.with(0);
      Task<Boolean> head = Task.queue(kind, s, () -> form.call(s, 5));
      List<Task<Boolean>> others = queueBehind(kind, s);
      s.release(3);
      assertThat(s.availablePermits()).isEqualTo(3);
      assertThat(Task.done(others)).isZero();
      head.interrupt();
      assertThat(head.failure()).isInstanceOf(InterruptedException.class);
      Task.results(others);
      assertThat(s.availablePermits()).isZero();
      Await.queued(s, 0);
    }
  }

  /** When a big request at the head times out, those behind it run without any release. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void timedOutHeadLetsOthersRun(Mode mode, ThreadKind kind) {
    for (AcquireForm form : List.of(AcquireForm.TIMED_N, AcquireForm.DURATION_N)) {
      CountingSemaphore s = mode.with(0);
      Task<Boolean> head = Task.queue(kind, s, () -> form.call(s, 5, 300, MILLISECONDS));
      List<Task<Boolean>> others = queueBehind(kind, s);
      s.release(3);
      assertThat(head.result()).isFalse();
      Task.results(others);
      assertThat(s.availablePermits()).isZero();
      Await.queued(s, 0);
    }
  }

  /** When a big request in the middle leaves, what was set aside reaches those behind it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void leaverInTheMiddleLetsOthersRun(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> first = Task.queue(kind, s, 2);
    Task<Boolean> big = Task.queue(kind, s, 7);
    List<Task<Boolean>> others = queueBehind(kind, s);
    s.release(5);
    assertThat(first.result()).isTrue();
    assertThat(s.availablePermits()).isEqualTo(3);
    big.interrupt();
    assertThat(big.failure()).isInstanceOf(InterruptedException.class);
    Task.results(others);
    assertThat(s.availablePermits()).isZero();
  }

  /** Permits that a leaving head had been promised are free again when its call has ended. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void promisedPermitsAreFreeAgain(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(3);
    Task<Boolean> head = Task.queue(kind, s, 5);
    s.release();
    assertThat(s.availablePermits()).isEqualTo(4);
    head.interrupt();
    assertThat(head.failure()).isInstanceOf(InterruptedException.class);
    assertThat(s.availablePermits()).isEqualTo(4);
    assertThat(s.tryAcquire(4)).isTrue();
    assertThat(s.tryAcquire()).isFalse();
  }

  /** A release that meets a leaving head is not lost: the next one runs. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void releaseMeetingALeavingHeadIsNotLost(Mode mode, ThreadKind kind) {
    Rounds.headLeavesDuringRelease(mode, kind, 1, 1_000);
  }

  /** A release that meets a leaving head which it could not serve is not lost either. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void releaseMeetingALeavingBigHeadIsNotLost(Mode mode, ThreadKind kind) {
    Rounds.headLeavesDuringRelease(mode, kind, 5, 1_000);
  }

  /** 10,000 timeouts of one thread behind a live waiter leave no garbage in the queue. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void timeoutsBehindALiveWaiterLeaveNothing(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> live = Task.queue(kind, s, 1);
    Task<Void> leaver =
        Task.run(
            kind,
            () -> {
              for (int i = 0; i < 10_000; i++) {
                assertThat(s.tryAcquire(1 + i % 3, i % 50 * 200L, NANOSECONDS)).isFalse();
                Await.queued(s, 1);
              }
            });
    leaver.result();
    assertOnlyTheLiveWaiterIsLeft(s, live);
  }

  /** Timeouts of several threads at once behind a live waiter leave no garbage in the queue. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void concurrentTimeoutsBehindALiveWaiterLeaveNothing(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> live = Task.queue(kind, s, 1);
    List<Task<Void>> leavers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      leavers.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 5_000; i++) {
                  assertThat(s.tryAcquire(1 + i % 3, 1 + i % 50 * 200L, NANOSECONDS)).isFalse();
                }
              }));
    }
    Task.results(leavers);
    assertOnlyTheLiveWaiterIsLeft(s, live);
  }

  /** 10,000 departures of queued threads behind a live waiter leave no garbage in the queue. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void departuresBehindALiveWaiterLeaveNothing(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> live = Task.queue(kind, s, 1);
    int batch = 500;
    for (int departed = 0; departed < 10_000; departed += batch) {
      List<Task<Boolean>> leavers = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        int permits = 1 + i % 3;
        leavers.add(Task.call(kind, () -> AcquireForm.ACQUIRE_N.call(s, permits)));
      }
      Await.queued(s, 1 + batch);
      Collections.shuffle(leavers);
      leavers.forEach(Task::interrupt);
      leavers.forEach(
          leaver -> assertThat(leaver.failure()).isInstanceOf(InterruptedException.class));
      Await.queued(s, 1);
    }
    assertOnlyTheLiveWaiterIsLeft(s, live);
  }

  private static void assertOnlyTheLiveWaiterIsLeft(CountingSemaphore s, Task<Boolean> live) {
    Await.queued(s, 1);
    Await.until(
        "only the live waiter is shown",
        () -> List.of(live.thread()).equals(List.copyOf(s.getQueuedThreads())));
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
    s.release();
    assertThat(live.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
    Await.queued(s, 0);
  }

  /** A semaphore does not keep the threads that once waited for it from being collected. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void departedThreadsAreNotRetained(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> live = Task.queue(kind, s, 1);
    List<WeakReference<Thread>> threads = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      threads.add(departed(s, kind));
    }
    Await.until(
        "nearly all of the departed threads are collected",
        () -> {
          System.gc();
          return threads.stream().map(WeakReference::get).filter(Objects::nonNull).count() < 20;
        });
    s.release();
    assertThat(live.result()).isTrue();
  }

  private static WeakReference<Thread> departed(CountingSemaphore s, ThreadKind kind) {
    Task<Boolean> leaver = Task.queue(kind, s, 1);
    leaver.interrupt();
    assertThat(leaver.failure()).isInstanceOf(InterruptedException.class);
    return new WeakReference<>(leaver.thread());
  }

  /** A semaphore does not keep the threads that it has served from being collected. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void servedThreadsAreNotRetained(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    List<WeakReference<Thread>> threads = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Task<Boolean> waiter = Task.queue(kind, s, 1);
      s.release();
      assertThat(waiter.result()).isTrue();
      threads.add(new WeakReference<>(waiter.thread()));
    }
    Await.until(
        "nearly all of the served threads are collected",
        () -> {
          System.gc();
          return threads.stream().map(WeakReference::get).filter(Objects::nonNull).count() < 20;
        });
    assertThat(s.tryAcquire()).isFalse();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
  }

  private static List<Task<Boolean>> queueBehind(ThreadKind kind, CountingSemaphore s) {
    List<Task<Boolean>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(Task.queue(kind, s, 1));
    }
    return others;
  }
}
