package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fair mode: permits go to queued requests in the order of their arrival, whatever their size. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FifoOrderTest {

  /** Each release runs the one who has waited longest. */
  @ParameterizedTest
  @MethodSource(Cases.FAIR_WAITING)
  void releasesRunWaitersInOrderOfArrival(ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = Mode.FAIR.with(0);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiters.add(Task.queue(kind, s, () -> form.call(s, 1)));
    }
    while (!waiters.isEmpty()) {
      s.release();
      assertThat(Task.firstDone(waiters)).isZero();
      assertThat(waiters.remove(0).result()).isTrue();
      Await.queued(s, waiters.size());
    }
  }

  /** A big request is not overtaken by small ones behind it, however permits trickle in. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void smallRequestsDoNotOvertakeBigOnes(ThreadKind kind) {
    int[] sizes = {3, 1, 2, 5, 1, 4};
    CountingSemaphore s = Mode.FAIR.with(0);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int n : sizes) {
      waiters.add(Task.queue(kind, s, n));
    }
    for (int n : sizes) {
      for (int free = 1; free < n; free++) {
        s.release();
        assertThat(s.availablePermits()).isEqualTo(free);
        assertThat(Task.done(waiters)).isZero();
      }
      s.release();
      assertThat(Task.firstDone(waiters)).isZero();
      assertThat(waiters.remove(0).result()).isTrue();
      assertThat(s.availablePermits()).isZero();
      Await.queued(s, waiters.size());
    }
  }

  /** Requests that are handed the permits by each other run in the order of arrival. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void chainOfRequestsRunsInOrderOfArrival(ThreadKind kind) {
    int waiters = 60;
    CountingSemaphore s = Mode.FAIR.with(0);
    Queue<Integer> order = new ConcurrentLinkedQueue<>();
    List<Task<Boolean>> tasks = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < waiters; i++) {
      int place = i;
      int size = 3 + i % 3; // more than half of the permits, so that the runs exclude each other
      tasks.add(
          Task.queue(
              kind,
              s,
              () -> {
                s.acquire(size);
                order.add(place);
                s.release(size);
                return true;
              }));
      if (i % 4 != 1) {
        expected.add(i);
      }
    }
    for (int i = 0; i < waiters; i++) {
      if (i % 4 == 1) {
        tasks.get(i).interrupt();
        assertThat(tasks.get(i).failure()).isInstanceOf(InterruptedException.class);
      }
    }
    Await.queued(s, expected.size());
    s.release(5);
    expected.forEach(i -> tasks.get(i).result());
    assertThat(order).containsExactlyElementsOf(expected);
    assertThat(s.availablePermits()).isEqualTo(5);
    Await.queued(s, 0);
  }

  /** The released permit belongs to the waiter at once: not even the releaser takes it back. */
  @ParameterizedTest
  @MethodSource(Cases.FAIR_WAITING)
  void releasedPermitIsAlreadyTheWaiters(ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = Mode.FAIR.with(0);
    for (int i = 0; i < 20; i++) {
      Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
      s.release();
      assertThat(s.tryAcquire()).isFalse();
      assertThat(s.availablePermits()).isZero();
      assertThat(waiter.result()).isTrue();
    }
  }

  /** Nobody barges past a queued request, even if enough is free for the newcomer. */
  @Test
  void impatientRequestsDoNotBarge() throws InterruptedException {
    CountingSemaphore s = Mode.FAIR.with(3);
    Task<Boolean> head = Task.queue(ThreadKind.PLATFORM, s, 5);
    for (AcquireForm form : AcquireForm.values()) {
      if (form.tries()) {
        assertThat(form.call(s, 1, 0, NANOSECONDS)).as("%s without time", form).isFalse();
        assertThat(form.call(s, 1, 1_000, NANOSECONDS)).as("%s", form).isFalse();
      }
    }
    assertThat(s.availablePermits()).isEqualTo(3);
    Await.queued(s, 1);
    s.release(2);
    assertThat(head.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** One who arrives behind a queued request queues, even if enough is free for it. */
  @ParameterizedTest
  @MethodSource(Cases.FAIR_WAITING)
  void newcomerQueuesBehindTheHead(ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = Mode.FAIR.with(3);
    Task<Boolean> head = Task.queue(kind, s, 5);
    Task<Boolean> newcomer = Task.queue(kind, s, () -> form.call(s, 1));
    Await.queued(s, 2);
    assertThat(s.availablePermits()).isEqualTo(3);
    s.release(2);
    assertThat(head.result()).isTrue();
    assertThat(newcomer.isDone()).isFalse();
    s.release();
    assertThat(newcomer.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Departures from anywhere in the queue leave the order of the others as it was. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void departuresKeepTheOrderOfTheOthers(ThreadKind kind) {
    int[] sizes = {2, 1, 3, 1, 2, 4, 1, 2};
    for (int first : new int[] {0, 1, 4, 7}) {
      for (int second : new int[] {2, 3, 6}) {
        CountingSemaphore s = Mode.FAIR.with(0);
        List<Task<Boolean>> waiters = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (int n : sizes) {
          waiters.add(Task.queue(kind, s, n));
          left.add(n);
        }
        for (int leaver : new int[] {Math.max(first, second), Math.min(first, second)}) {
          Task<Boolean> task = waiters.remove(leaver);
          left.remove(leaver);
          task.interrupt();
          assertThat(task.failure()).isInstanceOf(InterruptedException.class);
        }
        Await.queued(s, waiters.size());
        for (int n : left) {
          s.release(n);
          assertThat(Task.firstDone(waiters)).isZero();
          waiters.remove(0).result();
        }
        assertThat(s.availablePermits()).isZero();
        Await.queued(s, 0);
      }
    }
  }
}
