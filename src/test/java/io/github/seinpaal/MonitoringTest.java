package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  /** A thread that waits says for which semaphore. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void parkedThreadNamesItsBlocker(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
    Await.until("it is parked", () -> LockSupport.getBlocker(waiter.thread()) == s);
    s.release();
    waiter.result();
    assertThat(LockSupport.getBlocker(waiter.thread())).isNull();
  }

  /** So does one that waits for the permits to come back. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void threadThatAwaitsReturnNamesItsBlocker(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0, 1);
    Task<Boolean> waiter = Task.call(kind, () -> s.awaitReturned(Duration.ofMinutes(10)));
    Await.until("it is parked", () -> LockSupport.getBlocker(waiter.thread()) == s);
    s.release();
    assertThat(waiter.result()).isTrue();
  }

  /** A thread dump shows the class and the identity of the semaphore, as its text does. */
  @ParameterizedTest
  @EnumSource
  void threadDumpShowsClassAndIdentity(Mode mode) throws ReflectiveOperationException {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> waiter = Task.queue(ThreadKind.PLATFORM, s, 1);
    Await.until("it is parked", () -> LockSupport.getBlocker(waiter.thread()) == s);
    String identity = "CountingSemaphore@" + Integer.toHexString(System.identityHashCode(s));
    assertThat(dump(waiter.thread()))
        .contains("WAITING on io.github.seinpaal." + identity)
        .contains("CountingSemaphore.acquire(");
    assertThat(s.toString()).startsWith(identity);
    s.release();
    waiter.result();
  }

  /** Reflectively, since the library's module does not read java.management. */
  @SuppressWarnings("deprecation") // the successor of getId is younger than the oldest JDK
  private static String dump(Thread thread) throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    return Class.forName("java.lang.management.ThreadMXBean")
        .getMethod("getThreadInfo", long.class, int.class)
        .invoke(threads, thread.getId(), Integer.MAX_VALUE)
        .toString();
  }

  /** Every exception says which semaphore it is about. */
  @ParameterizedTest
  @EnumSource
  void exceptionsNameTheSemaphore(Mode mode) {
    CountingSemaphore s = mode.builder(3).maxPermits(3).name("harbour").build();
    CountingSemaphore unbounded = mode.builder(-9).name("harbour").build();
    Permit permit = s.tryAcquirePermit(2);
    Permit closed = s.tryAcquirePermit();
    closed.close();
    List<ThrowingCallable> failures =
        new ArrayList<>(
            List.of(
                () -> s.acquire(-1),
                () -> s.acquire(4),
                () -> s.acquireUninterruptibly(4),
                () -> s.acquireAsync(-1),
                () -> s.acquireAsync(4).get(),
                () -> s.release(-1),
                () -> s.release(4),
                () -> s.reducePermits(-1),
                () -> s.setMaxPermits(0),
                () -> unbounded.setMaxPermits(1),
                () -> unbounded.awaitReturned(Duration.ZERO),
                () -> unbounded.reducePermits(Integer.MAX_VALUE),
                () -> permit.split(0),
                () -> closed.split(1),
                closed::forget));
    failures.forEach(call -> assertThat(message(call)).contains("harbour"));
    s.shutdown();
    List<ThrowingCallable> afterShutdown =
        List.of(s::acquire, s::acquireUninterruptibly, () -> s.acquireAsync().get());
    afterShutdown.forEach(call -> assertThat(message(call)).contains("harbour", "shut down"));
  }

  private static String message(ThrowingCallable call) {
    Throwable e = catchThrowable(call);
    return (e instanceof ExecutionException ? e.getCause() : e).getMessage();
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
