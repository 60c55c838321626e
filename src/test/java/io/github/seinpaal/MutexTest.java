package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the mutex, its conditions left out. */
@SuppressWarnings("LockNotBeforeTry") // who has the lock at the end is what is tested
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutexTest {

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Every form locks a free mutex, and the owner unlocks it. */
  @ParameterizedTest
  @MethodSource(LockForm.ALL)
  void everyFormLocksAFreeMutex(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    assertFree(m);
    Task<Void> user =
        Task.run(
            kind,
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThat(form.call(m)).isTrue();
                assertThat(m.isLocked()).isTrue();
                assertThat(m.isHeldByCurrentThread()).isTrue();
                assertThat(m.owner()).isSameAs(Thread.currentThread());
                m.unlock();
                assertThat(m.isHeldByCurrentThread()).isFalse();
              }
            });
    user.result();
    assertFree(m);
  }

  /** The mode is kept; without one the mutex is non-fair. */
  @Test
  void modeIsKept() {
    assertThat(new Mutex().isFair()).isFalse();
    assertThat(new Mutex(false).isFair()).isFalse();
    assertThat(new Mutex(true).isFair()).isTrue();
  }

  /** The owner that locks again is told at once, owns the mutex still, and leaves no trace. */
  @ParameterizedTest
  @MethodSource(LockForm.ALL)
  void ownerCannotLockAgain(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    Task<Void> user =
        Task.run(
            kind,
            () -> {
              m.lock();
              for (int i = 0; i < 3; i++) {
                if (form.tries()) {
                  assertThat(form.call(m)).isFalse();
                } else {
                  assertThatIllegalStateException()
                      .isThrownBy(() -> form.call(m))
                      .withMessageContaining(m.toString());
                }
                assertThat(m.isHeldByCurrentThread()).isTrue();
                assertThat(m.hasQueuedThreads()).isFalse();
              }
              m.unlock();
            });
    user.result();
    assertFree(m);
    m.lock();
    m.unlock();
  }

  /** An interrupted owner gets the interrupt, not the answer about itself. */
  @ParameterizedTest
  @MethodSource(LockForm.INTERRUPTIBLE)
  void interruptedOwnerGetsTheInterrupt(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    Task<Void> user =
        Task.run(
            kind,
            () -> {
              m.lock();
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> form.call(m, 0, NANOSECONDS));
              assertThat(m.isHeldByCurrentThread()).isTrue();
              m.unlock();
            });
    user.result();
    assertThat(user.endedInterrupted()).isFalse();
  }

  /** Only the owner can unlock; who else tries changes nothing. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void strangerCannotUnlock(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    Mutex.Hold hold = m.hold();
    Task<Boolean> waiter = queue(kind, m, LockForm.LOCK);
    Task<Void> stranger =
        Task.run(
            kind,
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(m::unlock);
                assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(hold::close);
                assertThat(m.tryLock()).isFalse();
              }
            });
    stranger.result();
    assertThat(m.isHeldByCurrentThread()).isTrue();
    assertThat(m.getQueuedThreads()).containsExactly(waiter.thread());
    hold.close();
    assertThat(waiter.result()).isTrue();
  }

  /** Nobody can unlock a mutex that nobody owns, nor the last owner a second time. */
  @ParameterizedTest
  @EnumSource
  void freeMutexCannotBeUnlocked(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(m::unlock)
        .withMessageContaining(m.toString());
    Mutex.Hold hold = m.hold();
    hold.close();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::close);
    assertFree(m);
    m.lock();
    assertThat(Task.call(ThreadKind.PLATFORM, m::tryLock).result()).isFalse();
    m.unlock();
  }

  /** Whoever waits for the mutex gets it when it is unlocked. */
  @ParameterizedTest
  @MethodSource(LockForm.WAITING)
  void unlockLetsAWaiterIn(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    for (int i = 0; i < 10; i++) {
      m.lock();
      Task<Boolean> waiter =
          queue(
              kind,
              m,
              () -> {
                boolean locked = form.call(m);
                assertThat(m.owner()).isSameAs(Thread.currentThread());
                m.unlock();
                return locked;
              });
      assertThat(waiter.isDone()).isFalse();
      m.unlock();
      assertThat(waiter.result()).isTrue();
      assertFree(m);
    }
  }

  /** One thread at a time, and each sees what the one before has written. */
  @ParameterizedTest
  @MethodSource(LockForm.WAITING)
  void ownersExcludeEachOther(Mode mode, ThreadKind kind, LockForm form) {
    int threads = 6;
    int rounds = mode == Mode.FAIR ? 2_000 : 10_000;
    Mutex m = new Mutex(mode.fair());
    int[] counter = {0};
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < rounds; i++) {
                  assertThat(form.call(m)).isTrue();
                  counter[0]++;
                  m.unlock();
                }
              }));
    }
    Task.results(tasks);
    m.lock();
    assertThat(counter[0]).isEqualTo(threads * rounds);
    m.unlock();
    assertFree(m);
  }

  /** {@code tryLock} fails while another owns the mutex, and never waits. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void tryLockFailsWhileLocked(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    m.lock();
    Task<Boolean> attempt =
        Task.call(
            kind,
            () ->
                m.tryLock()
                    || m.tryLock(0, NANOSECONDS)
                    || m.tryLock(-1, MINUTES)
                    || m.tryLock(Long.MIN_VALUE, NANOSECONDS));
    assertThat(attempt.result()).isFalse();
    m.unlock();
    assertFree(m);
  }

  /** A request that has timed out has waited that long and leaves nothing behind. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void timeoutLeavesNothingBehind(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    m.lock();
    for (long nanos : new long[] {1, 1_000, 2_000_000}) {
      Task<Boolean> attempt =
          Task.call(
              kind,
              () -> {
                long start = System.nanoTime();
                boolean locked = m.tryLock(nanos, NANOSECONDS);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
                return locked;
              });
      assertThat(attempt.result()).isFalse();
      assertThat(m.hasQueuedThreads()).isFalse();
    }
    m.unlock();
    assertFree(m);
    assertThat(m.tryLock()).isTrue();
  }

  /** An interrupted thread throws on entry even if the mutex is free. */
  @ParameterizedTest
  @MethodSource(LockForm.INTERRUPTIBLE)
  void interruptOnEntryWinsOverAFreeMutex(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    Task<Boolean> request =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call(m);
            });
    assertThat(request.failure()).isInstanceOf(InterruptedException.class);
    assertThat(request.endedInterrupted()).isFalse();
    assertFree(m);
  }

  /** An interrupt ends the wait; the others do not mind it and keep it. */
  @ParameterizedTest
  @MethodSource(LockForm.WAITING)
  void interruptEndsTheWaitOrIsKept(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    m.lock();
    Task<Boolean> waiter = queue(kind, m, form);
    waiter.interrupt();
    if (form.isInterruptible()) {
      assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
      assertThat(waiter.endedInterrupted()).isFalse();
      assertThat(m.hasQueuedThreads()).isFalse();
      m.unlock();
    } else {
      assertThat(waiter.isDone()).isFalse();
      m.unlock();
      assertThat(waiter.result()).isTrue();
      assertThat(waiter.endedInterrupted()).isTrue();
    }
    assertFree(m);
  }

  /** {@code tryLock} leaves a pending interrupt alone, whether it succeeds or fails. */
  @ParameterizedTest
  @EnumSource
  void tryLockIgnoresInterrupts(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    Thread.currentThread().interrupt();
    assertThat(m.tryLock()).isTrue();
    assertThat(m.tryLock()).isFalse();
    m.unlock();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A null unit is refused before anything else. */
  @ParameterizedTest
  @EnumSource
  void nullUnitIsRefused(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    Thread.currentThread().interrupt();
    assertThatNullPointerException().isThrownBy(() -> m.tryLock(1, null));
    m.lock();
    assertThatNullPointerException().isThrownBy(() -> m.tryLock(1, null));
    m.unlock();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A fair mutex goes to waiters in the order of their arrival, and nobody barges. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void fairMutexIsServedInOrderOfArrival(ThreadKind kind) throws InterruptedException {
    Mutex m = new Mutex(true);
    Queue<Integer> order = new ConcurrentLinkedQueue<>();
    m.lock();
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int place = i;
      LockForm form = LockForm.values()[i % 3];
      waiters.add(
          queue(
              kind,
              m,
              () -> {
                form.call(m);
                order.add(place);
                m.unlock();
                return true;
              }));
    }
    assertThat(m.getQueueLength()).isEqualTo(20);
    assertThat(m.getQueuedThreads())
        .containsExactlyElementsOf(waiters.stream().map(Task::thread).toList());
    m.unlock();
    for (int i = 0; i < 20; i++) {
      if (m.tryLock() || m.tryLock(0, NANOSECONDS)) {
        order.add(20); // only if nobody waits any more
        m.unlock();
      }
    }
    Task.results(waiters);
    assertThat(List.copyOf(order)).startsWith(0, 1).contains(19).isSorted();
    assertFree(m);
  }

  /** A waiter is not starved by threads that lock and unlock without a pause. */
  @ParameterizedTest
  @MethodSource(LockForm.WAITING)
  void waiterIsNotStarved(Mode mode, ThreadKind kind, LockForm form) {
    Mutex m = new Mutex(mode.fair());
    CountDownLatch stop = new CountDownLatch(1);
    List<Task<Void>> bargers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      bargers.add(
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                while (stop.getCount() != 0) {
                  m.lock();
                  m.unlock();
                }
              }));
    }
    for (int i = 0; i < 5; i++) {
      Task<Boolean> waiter =
          Task.call(
              kind,
              () -> {
                boolean locked = form.call(m);
                m.unlock();
                return locked;
              });
      assertThat(waiter.result()).isTrue();
    }
    stop.countDown();
    Task.results(bargers);
  }

  /** The body of a try-with-resources statement may throw: the mutex is unlocked. */
  @ParameterizedTest
  @EnumSource
  void holdUnlocksWhenTheBodyThrows(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              try (Mutex.Hold hold = m.hold()) {
                assertThat(hold).isNotNull();
                assertThat(m.isHeldByCurrentThread()).isTrue();
                throw new IllegalStateException("body");
              }
            })
        .withMessage("body");
    assertFree(m);
  }

  /** Where {@code hold} throws, nothing is closed: the owner keeps the mutex. */
  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("try") // the inner hold is never used
  void holdThatThrowsUnlocksNothing(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    try (Mutex.Hold outer = m.hold()) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> {
                try (Mutex.Hold inner = m.hold()) {
                  throw new AssertionError("locked again");
                }
              });
      assertThat(m.isHeldByCurrentThread()).isTrue();
    }
    assertFree(m);
  }

  /** A hold costs no memory, nor does any other way to lock a free mutex. */
  @ParameterizedTest
  @EnumSource
  void lockingAllocatesNothing(LockForm form) throws InterruptedException {
    int rounds = 10_000;
    Mutex m = new Mutex();
    long allocated = 0;
    for (int i = 0; i < 3; i++) { // the first time, all is linked
      long before = allocatedBytes();
      for (int r = 0; r < rounds; r++) {
        form.call(m);
        m.unlock();
      }
      allocated = allocatedBytes() - before;
    }
    assertThat(allocated).isLessThan(rounds); // some of it is of the measurement
  }

  /** The text names the mode and the owner. */
  @ParameterizedTest
  @EnumSource
  void textTellsOwnerAndMode(Mode mode) {
    Mutex m = new Mutex(mode.fair());
    assertThat(m).asString().contains("Mutex@", "unlocked", mode.fair() ? ", fair" : "non-fair");
    m.lock();
    assertThat(m).asString().contains("locked by " + Thread.currentThread());
    m.unlock();
  }

  /** Two threads that each wait for the other's mutex are found, and one is talked out of it. */
  @ParameterizedTest
  @EnumSource
  void deadlockIsFoundAndResolved(Mode mode) {
    Mutex first = new Mutex(mode.fair());
    Mutex second = new Mutex(mode.fair());
    CountDownLatch bothLocked = new CountDownLatch(2);
    Task<Void> patient =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              try (Mutex.Hold a = first.hold()) {
                meet(bothLocked);
                try (Mutex.Hold b = second.hold()) {
                  assertThat(a).isNotSameAs(b);
                }
              }
            });
    Task<Void> reasonable =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              try (Mutex.Hold b = second.hold()) {
                meet(bothLocked);
                first.lockInterruptibly();
                throw new AssertionError("locked in spite of a deadlock: " + (b != null));
              }
            });
    long[] both = {patient.thread().getId(), reasonable.thread().getId()};
    Arrays.sort(both);
    Await.until("the deadlock is found", () -> Arrays.equals(findDeadlockedThreads(), both));
    assertThat(first.owner()).isSameAs(patient.thread());
    assertThat(second.owner()).isSameAs(reasonable.thread());
    reasonable.interrupt();
    assertThat(reasonable.failure()).isInstanceOf(InterruptedException.class);
    patient.result();
    assertThat(findDeadlockedThreads()).isNull();
  }

  /** Threads that wait for mutexes, but not in a circle, are not taken for deadlocked. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitingIsNoDeadlock(Mode mode, ThreadKind kind) {
    Mutex first = new Mutex(mode.fair());
    Mutex second = new Mutex(mode.fair());
    first.lock();
    Task<Boolean> a =
        queue(
            kind,
            first,
            () -> {
              try (Mutex.Hold b = second.hold()) {
                return b != null && LockForm.LOCK.call(first);
              }
            });
    Task<Boolean> b = queue(kind, second, LockForm.LOCK);
    assertThat(findDeadlockedThreads()).isNull();
    first.unlock();
    assertThat(a.result()).isTrue();
    assertThat(b.result()).isTrue();
  }

  private static void meet(CountDownLatch latch) throws InterruptedException {
    latch.countDown();
    assertThat(latch.await(Await.LIMIT_NANOS, NANOSECONDS)).isTrue();
  }

  private static long[] findDeadlockedThreads() {
    return (long[]) callThreadBean("java.lang.management.ThreadMXBean", "findDeadlockedThreads");
  }

  private static long allocatedBytes() {
    return (long)
        callThreadBean("com.sun.management.ThreadMXBean", "getCurrentThreadAllocatedBytes");
  }

  /** By reflection: the module of the library, and of the tests in it, does not read the bean's. */
  private static Object callThreadBean(String type, String method) {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      return Class.forName(type).getMethod(method).invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(method, e);
    }
  }

  private static void assertFree(Mutex m) {
    assertThat(m.isLocked()).isFalse();
    assertThat(m.owner()).isNull();
    assertThat(m.isHeldByCurrentThread()).isFalse();
    assertThat(m.hasQueuedThreads()).isFalse();
    assertThat(m.getQueueLength()).isZero();
    assertThat(m.getQueuedThreads()).isEmpty();
  }

  /** Starts a request that unlocks what it has locked, and returns once it is queued. */
  private static Task<Boolean> queue(ThreadKind kind, Mutex m, LockForm form) {
    return queue(
        kind,
        m,
        () -> {
          boolean locked = form.call(m);
          if (locked) {
            m.unlock();
          }
          return locked;
        });
  }

  private static Task<Boolean> queue(ThreadKind kind, Mutex m, Callable<Boolean> request) {
    Task<Boolean> task = Task.call(kind, request);
    Await.until(
        "the request is queued",
        () -> m.getQueuedThreads().contains(task.thread()) || task.isDone());
    return task;
  }
}
