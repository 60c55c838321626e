package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a semaphore says about itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MonitoringTest {

  /** The queue shows exactly those who wait, and nobody once they are served. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void queueShowsExactlyTheWaiters(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    assertQueue(s, List.of());
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiters.add(Task.queue(kind, s, () -> form.call(s, 1)));
      assertQueue(s, waiters);
    }
    while (!waiters.isEmpty()) {
      s.release();
      waiters.remove(Task.firstDone(waiters)).result();
      Await.queued(s, waiters.size());
      assertQueue(s, waiters);
    }
  }

  /** A waiter that leaves is no longer shown, wherever it stood. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void queueDoesNotShowLeavers(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiters.add(Task.queue(kind, s, () -> form.call(s, 1)));
    }
    for (int leaver : new int[] {2, 0, 2, 1, 0}) {
      Task<Boolean> task = waiters.remove(leaver);
      task.interrupt();
      assertThat(task.failure()).isInstanceOf(InterruptedException.class);
      assertQueue(s, waiters);
    }
  }

  private static void assertQueue(CountingSemaphore s, List<Task<Boolean>> waiters) {
    List<Thread> threads = waiters.stream().map(Task::thread).toList();
    Await.queued(s, threads.size()); // estimates: exact as soon as nobody moves in the queue
    Await.until(
        "the queue shows " + threads,
        () ->
            s.getQueuedThreads().size() == threads.size()
                && s.getQueuedThreads().containsAll(threads));
    assertThat(s.hasQueuedThreads()).isEqualTo(!threads.isEmpty());
  }

  /** A thread dump shows which kind of semaphore a thread is parked on. */
  @ParameterizedTest
  @EnumSource
  void parkedThreadNamesItsBlocker(Mode mode) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(ThreadKind.PLATFORM, s, 1);
    Await.until(
        "the waiter is parked on a library object",
        () -> {
          Object blocker = LockSupport.getBlocker(waiter.thread());
          return blocker != null
              && blocker.getClass().getPackageName().equals("io.github.seinpaal");
        });
    s.release();
    waiter.result();
  }

  /** Permits set aside for a waiter still count as available. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void availablePermitsIncludeThoseSetAside(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(3);
    Task<Boolean> head = Task.queue(kind, s, 5);
    assertThat(s.availablePermits()).isEqualTo(3);
    s.release();
    assertThat(s.availablePermits()).isEqualTo(4);
    s.release();
    assertThat(head.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** The text shows the name, the permits and the mode. */
  @ParameterizedTest
  @EnumSource
  void textShowsNamePermitsAndMode(Mode mode) {
    CountingSemaphore s = mode.builder(4711).name("harbour").build();
    assertThat(s.toString()).contains("harbour", "4711");
    assertThat(s.toString().contains("non-fair")).isEqualTo(!mode.fair());
    assertThat(s.toString()).contains("fair");
    s.reducePermits(4720);
    assertThat(s.toString()).contains("-9");
    assertThat(mode.with(4711).toString()).contains("4711").doesNotContain("null");
  }
}
