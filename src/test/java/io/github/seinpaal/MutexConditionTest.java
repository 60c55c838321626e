package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the mutex's conditions. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings({
  "JavaUtilDate", // what the interface has
  "LockNotBeforeTry", // what is tested, as is the next
  "WaitNotInLoop"
})
class MutexConditionTest {

  /** A wait gives the mutex up, and owns it again when it returns. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  void waiterGivesTheMutexUpAndGetsItBack(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    Task<Boolean> waiter = await(kind, m, c, form);
    locked(
        m,
        () -> {
          c.signal();
          assertThat(waiter.isDone()).isFalse();
          assertThat(m.hasWaiters(c)).isFalse();
          assertThat(m.getQueuedThreads()).containsExactly(waiter.thread());
        });
    assertThat(waiter.result()).isTrue();
    assertThat(m.isLocked()).isFalse();
  }

  /** Nobody but the owner can use a condition, and trying changes nothing. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  void onlyTheOwnerCanUseACondition(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    ThrowingCallable[] calls = {
      () -> form.call(c),
      c::signal,
      c::signalAll,
      () -> m.hasWaiters(c),
      () -> m.getWaitQueueLength(c)
    };
    Task.Body strange =
        () -> {
          for (ThrowingCallable call : calls) {
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(call);
          }
        };
    Task.run(kind, strange).result();
    assertThat(m.isLocked()).isFalse();
    Task<Boolean> waiter = await(kind, m, c, AwaitForm.AWAIT);
    Task.run(kind, strange).result();
    locked(
        m,
        () -> {
          Task.run(kind, strange).result();
          assertThat(m.isHeldByCurrentThread()).isTrue();
          assertThat(m.getWaitQueueLength(c)).isEqualTo(1);
          c.signal();
        });
    assertThat(waiter.result()).isTrue();
  }

  /** Signals run the waiters in the order in which they began to wait. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  void signalsRunWaitersInOrder(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiters.add(await(kind, m, c, form));
    }
    while (!waiters.isEmpty()) {
      locked(m, c::signal);
      assertThat(Task.firstDone(waiters)).isZero();
      assertThat(waiters.remove(0).result()).isTrue();
      assertWaiting(m, c, waiters.size());
    }
  }

  /** One signal for all runs them all; in fair mode in the order in which they began to wait. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  void signalAllRunsAll(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    Queue<Integer> order = new ConcurrentLinkedQueue<>();
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int place = i;
      waiters.add(
          await(
              kind,
              m,
              c,
              () -> {
                boolean signalled = form.call(c);
                order.add(place);
                return signalled;
              }));
    }
    locked(
        m,
        () -> {
          c.signalAll();
          assertThat(m.getQueueLength()).isEqualTo(20);
          assertThat(m.hasWaiters(c)).isFalse();
        });
    assertThat(Task.results(waiters)).doesNotContain(false);
    if (mode == Mode.FAIR) {
      assertThat(List.copyOf(order)).isSorted();
    }
    assertThat(order).hasSize(20);
  }

  /** A signal that finds nobody is over: who waits later is not woken by it. */
  @ParameterizedTest
  @MethodSource(AwaitForm.TIMES)
  void signalWithoutWaitersLeavesNothing(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    for (int i = 0; i < 5; i++) {
      locked(
          m,
          () -> {
            c.signal();
            c.signalAll();
          });
      Task<Boolean> late = await(kind, m, c, () -> form.call(c, 2_000_000));
      assertThat(late.result()).isFalse();
    }
  }

  /** A signal goes to one condition only. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void conditionsAreSeparate(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    Condition[] conditions = {m.newCondition(), m.newCondition()};
    Task<Boolean> first = await(kind, m, conditions[0], AwaitForm.AWAIT);
    Task<Boolean> second = await(kind, m, conditions[1], AwaitForm.AWAIT);
    locked(m, conditions[1]::signalAll);
    assertThat(second.result()).isTrue();
    assertThat(first.isDone()).isFalse();
    locked(m, conditions[0]::signalAll);
    assertThat(first.result()).isTrue();
  }

  /** A waiter that is interrupted throws, and owns the mutex when it does. */
  @ParameterizedTest
  @MethodSource(AwaitForm.INTERRUPTIBLE)
  void interruptEndsTheWait(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    Task<Boolean> waiter = await(kind, m, c, form);
    locked(
        m,
        () -> {
          waiter.interrupt();
          Await.until("it asks for the mutex", () -> m.getQueueLength() == 1);
          assertThat(waiter.isDone()).isFalse();
          assertThat(m.hasWaiters(c)).isFalse();
        });
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(waiter.endedInterrupted()).isFalse();
    assertThat(m.isLocked()).isFalse();
  }

  /** A thread that is interrupted on entry throws at once, without giving the mutex up. */
  @ParameterizedTest
  @MethodSource(AwaitForm.INTERRUPTIBLE)
  void interruptOnEntryEndsTheWait(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    Task<Void> waiter =
        Task.run(
            kind,
            () -> {
              m.lock();
              boolean[] passed = {false};
              Task<Void> other =
                  Task.run(
                      kind,
                      () -> {
                        m.lock();
                        passed[0] = true;
                        m.unlock();
                      });
              Await.until("another asks for the mutex", () -> m.getQueueLength() == 1);
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> form.call(c, 0));
              assertThat(m.isHeldByCurrentThread()).isTrue();
              assertThat(passed[0]).isFalse();
              assertThat(m.hasWaiters(c)).isFalse();
              m.unlock();
              other.result();
            });
    waiter.result();
    assertThat(waiter.endedInterrupted()).isFalse();
  }

  /** The uninterruptible wait outlasts interrupts, sleeps meanwhile, and re-asserts them. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void uninterruptibleWaitOutlastsInterrupts(Mode mode, ThreadKind kind) {
    for (boolean before : new boolean[] {true, false}) {
      Mutex m = new Mutex(mode.fair());
      Condition c = m.newCondition();
      Task<Boolean> waiter =
          await(
              kind,
              m,
              c,
              () -> {
                if (before) {
                  Thread.currentThread().interrupt();
                }
                c.awaitUninterruptibly();
                return true;
              });
      if (!before) {
        waiter.interrupt();
      }
      Await.until("it has seen the interrupt", () -> !waiter.thread().isInterrupted());
      Await.until("it sleeps", () -> waiter.thread().getState() == Thread.State.WAITING);
      assertWaiting(m, c, 1);
      locked(m, c::signal);
      assertThat(waiter.result()).isTrue();
      assertThat(waiter.endedInterrupted()).isTrue();
    }
  }

  /** An interrupt after the signal does not end the wait: it stays pending. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  void interruptAfterTheSignalStaysPending(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    for (int i = 0; i < 20; i++) {
      Task<Boolean> waiter = await(kind, m, c, form);
      Task<Boolean> next = await(kind, m, c, AwaitForm.AWAIT);
      locked(
          m,
          () -> {
            c.signal();
            waiter.interrupt();
          });
      assertThat(waiter.result()).isTrue();
      assertThat(waiter.endedInterrupted()).isTrue();
      assertThat(next.isDone()).isFalse();
      locked(m, c::signal);
      assertThat(next.result()).isTrue();
    }
  }

  /** A wait that times out has waited that long, owns the mutex and leaves nothing behind. */
  @ParameterizedTest
  @MethodSource(AwaitForm.TIMES)
  void timeoutEndsTheWait(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    for (long millis : new long[] {0, 1, 5}) {
      long nanos = MILLISECONDS.toNanos(millis);
      Task<Boolean> waiter =
          await(
              kind,
              m,
              c,
              () -> {
                long start = System.nanoTime();
                boolean signalled = form.call(c, nanos);
                // A date has whole milliseconds, of which the first may be nearly over.
                long least = form == AwaitForm.UNTIL ? nanos - 1_000_000 : nanos;
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(least);
                return signalled;
              });
      assertThat(waiter.result()).isFalse();
      assertWaiting(m, c, 0);
    }
  }

  /** No time, negative time and a date in the past do not wait. */
  @ParameterizedTest
  @EnumSource
  void noTimeDoesNotWait(Mode mode) throws InterruptedException {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    m.lock();
    for (long nanos : new long[] {0, -1, -1_000_000_000, Long.MIN_VALUE}) {
      assertThat(c.awaitNanos(nanos)).isLessThanOrEqualTo(Math.min(nanos, 0));
      assertThat(c.await(nanos, NANOSECONDS)).isFalse();
      assertThat(c.await(nanos, MINUTES)).isFalse();
    }
    assertThat(c.awaitUntil(new Date())).isFalse();
    assertThat(c.awaitUntil(new Date(0))).isFalse();
    assertThat(c.awaitUntil(new Date(Long.MIN_VALUE))).isFalse();
    assertThat(m.isHeldByCurrentThread()).isTrue();
    m.unlock();
  }

  /** The longest of times are long, and what is left of them is told. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void longestTimesDoNotOverflow(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    List<Task<Boolean>> waiters = new ArrayList<>();
    waiters.add(await(kind, m, c, () -> c.await(Long.MAX_VALUE, NANOSECONDS)));
    waiters.add(await(kind, m, c, () -> c.await(Long.MAX_VALUE, MINUTES)));
    waiters.add(await(kind, m, c, () -> c.awaitUntil(new Date(Long.MAX_VALUE))));
    waiters.add(
        await(
            kind,
            m,
            c,
            () -> {
              long left = c.awaitNanos(Long.MAX_VALUE);
              return left > Long.MAX_VALUE / 2 && left < Long.MAX_VALUE;
            }));
    locked(m, c::signalAll);
    assertThat(Task.results(waiters)).containsOnly(true);
  }

  /** One that has left, by its time or an interrupt, takes no signal from the one behind it. */
  @ParameterizedTest
  @MethodSource(AwaitForm.INTERRUPTIBLE)
  void signalIsNotLostToOneWhoHasLeft(Mode mode, ThreadKind kind, AwaitForm form) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    Task<Boolean> leaver = await(kind, m, c, () -> form.call(c, 20_000_000));
    Task<Boolean> next = await(kind, m, c, AwaitForm.AWAIT);
    locked(
        m,
        () -> {
          if (!form.timed()) {
            leaver.interrupt();
          }
          Await.until(
              "the leaver asks for the mutex, or has gone",
              () -> m.getQueuedThreads().contains(leaver.thread()) || leaver.isDone());
          c.signal();
        });
    assertThat(next.result()).isTrue();
    if (form.timed()) {
      assertThat(leaver.result()).isFalse();
    } else {
      assertThat(leaver.failure()).isInstanceOf(InterruptedException.class);
    }
    assertWaiting(m, c, 0);
  }

  /** A signal that finds only one who has left is over: nobody who comes later has it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void signalIsNotStolenByOneWhoComesLater(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    for (int i = 0; i < 10; i++) {
      Task<Boolean> leaver = await(kind, m, c, AwaitForm.AWAIT);
      Task<Boolean> late =
          Task.call(
              kind,
              () -> {
                m.lock();
                try {
                  leaver.interrupt();
                  Await.until(
                      "the leaver asks for the mutex",
                      () -> m.getQueuedThreads().contains(leaver.thread()));
                  c.signal();
                  return c.await(2_000_000, NANOSECONDS);
                } finally {
                  m.unlock();
                }
              });
      assertThat(leaver.failure()).isInstanceOf(InterruptedException.class);
      assertThat(late.result()).isFalse();
    }
  }

  /** A signal that meets the end of the first one's time runs it or the second one, not both. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void signalAgainstTimeoutHasOneWinner(Mode mode, ThreadKind kind) {
    race(
        mode,
        kind,
        300,
        c -> c.await(60_000 + ThreadLocalRandom.current().nextInt(40_000), NANOSECONDS),
        first -> {});
  }

  /** A signal that meets an interrupt of the first one runs it or the second one, not both. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void signalAgainstInterruptHasOneWinner(Mode mode, ThreadKind kind) {
    race(
        mode,
        kind,
        300,
        c -> {
          try {
            c.await();
            return true;
          } catch (InterruptedException e) {
            return false;
          }
        },
        Task::interrupt);
  }

  /** How the first one waits; whether it was signalled. */
  private interface FirstWait {
    boolean call(Condition c) throws InterruptedException;
  }

  private interface Disturbance {
    void disturb(Task<Boolean> first);
  }

  private static void race(
      Mode mode, ThreadKind kind, int rounds, FirstWait firstWait, Disturbance disturbance) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    int[] firstSignalled = {0};
    for (int r = 0; r < rounds; r++) {
      m.lock();
      Task<Boolean> first = call(kind, m, () -> firstWait.call(c));
      Await.until("the first one asks", () -> m.getQueueLength() == 1);
      Task<Boolean> second = call(kind, m, () -> AwaitForm.AWAIT.call(c));
      Await.until("the second one asks", () -> m.getQueueLength() == 2);
      m.unlock();
      Await.until("the second one waits", () -> waiting(m, c, second));
      pause(ThreadLocalRandom.current().nextInt(60_000));
      disturbance.disturb(first);
      pause(ThreadLocalRandom.current().nextInt(20_000));
      locked(m, c::signal);
      if (first.result()) {
        firstSignalled[0]++;
        assertThat(second.isDone()).isFalse();
        locked(
            m,
            () -> {
              assertThat(m.getWaitQueueLength(c)).isEqualTo(1);
              c.signal();
            });
      }
      assertThat(second.result()).isTrue();
      assertWaiting(m, c, 0);
      assertThat(m.isLocked()).isFalse();
    }
    assertThat(firstSignalled[0]).isBetween(0, rounds);
  }

  private static boolean waiting(Mutex m, Condition c, Task<Boolean> task) {
    boolean[] waiting = {false};
    locked(
        m,
        () ->
            waiting[0] =
                m.hasWaiters(c) && !m.getQueuedThreads().contains(task.thread()) && asleep(task));
    return waiting[0];
  }

  private static boolean asleep(Task<?> task) {
    Thread.State state = task.thread().getState();
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  private static void pause(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  /** The buffer that every textbook has: nothing is lost, doubled or out of order. */
  @ParameterizedTest
  @MethodSource(AwaitForm.ALL)
  @SuppressWarnings("try") // the holds are not used inside
  void boundedBufferKeepsItsElements(Mode mode, ThreadKind kind, AwaitForm form) {
    int each = 1_000;
    Mutex m = new Mutex(mode.fair());
    Condition notEmpty = m.newCondition();
    Condition notFull = m.newCondition();
    ArrayDeque<Integer> buffer = new ArrayDeque<>();
    List<Task<Long>> takers = new ArrayList<>();
    List<Task<Long>> putters = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      putters.add(
          Task.call(
              kind,
              () -> {
                for (int i = 1; i <= each; i++) {
                  try (Mutex.Hold hold = m.hold()) {
                    while (buffer.size() == 3) {
                      form.call(notFull);
                    }
                    buffer.add(i);
                    notEmpty.signal();
                  }
                }
                return 0L;
              }));
      takers.add(
          Task.call(
              kind,
              () -> {
                long sum = 0;
                for (int i = 1; i <= each; i++) {
                  try (Mutex.Hold hold = m.hold()) {
                    while (buffer.isEmpty()) {
                      form.call(notEmpty);
                    }
                    sum += buffer.remove();
                    notFull.signal();
                  }
                }
                return sum;
              }));
    }
    Task.results(putters);
    long sum = Task.results(takers).stream().mapToLong(Long::longValue).sum();
    assertThat(sum).isEqualTo(each * (each + 1L));
  }

  /** Only conditions of this mutex are asked after, and null is none. */
  @Test
  void foreignConditionIsRefused() {
    Mutex m = new Mutex();
    Condition[] foreign = {new Mutex().newCondition(), new ReentrantLock().newCondition()};
    for (boolean held : new boolean[] {false, true}) {
      if (held) {
        m.lock();
      }
      assertThatNullPointerException().isThrownBy(() -> m.hasWaiters(null));
      assertThatNullPointerException().isThrownBy(() -> m.getWaitQueueLength(null));
      for (Condition c : foreign) {
        assertThatIllegalArgumentException().isThrownBy(() -> m.hasWaiters(c));
        assertThatIllegalArgumentException().isThrownBy(() -> m.getWaitQueueLength(c));
      }
    }
    m.unlock();
  }

  /** A null unit or date is refused, and the mutex is not given up. */
  @Test
  void nullTimeIsRefused() {
    Mutex m = new Mutex();
    Condition c = m.newCondition();
    m.lock();
    assertThatNullPointerException().isThrownBy(() -> c.await(1, null));
    assertThatNullPointerException().isThrownBy(() -> c.awaitUntil(null));
    assertThat(m.isHeldByCurrentThread()).isTrue();
    m.unlock();
  }

  /** Those who have left are not counted, and the others are. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void onlyThoseWhoWaitAreCounted(Mode mode, ThreadKind kind) {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiters.add(await(kind, m, c, AwaitForm.AWAIT));
      assertWaiting(m, c, i + 1);
    }
    int left = 5;
    for (int leaver : new int[] {2, 0, 2}) { // from the middle, the head, the tail
      Task<Boolean> task = waiters.remove(leaver);
      task.interrupt();
      assertThat(task.failure()).isInstanceOf(InterruptedException.class);
      assertWaiting(m, c, --left);
    }
    locked(m, c::signalAll);
    assertThat(Task.results(waiters)).containsExactly(true, true);
  }

  /** Those who have left are not kept, although nobody signals. */
  @ParameterizedTest
  @EnumSource
  void leaversAreNotKept(Mode mode) throws InterruptedException {
    Mutex m = new Mutex(mode.fair());
    Condition c = m.newCondition();
    m.lock();
    assertThat(c.awaitNanos(1)).isNotPositive();
    int before = Reachable.libraryObjects(c);
    for (int i = 0; i < 100; i++) {
      assertThat(c.awaitNanos(1)).isNotPositive();
    }
    assertThat(Reachable.libraryObjects(c)).isLessThan(before + 10);
    m.unlock();
  }

  private static void assertWaiting(Mutex m, Condition c, int waiters) {
    locked(
        m,
        () -> {
          assertThat(m.getWaitQueueLength(c)).isEqualTo(waiters);
          assertThat(m.hasWaiters(c)).isEqualTo(waiters != 0);
        });
  }

  /** Runs the body with the mutex locked. */
  private static void locked(Mutex m, Runnable body) {
    try (Mutex.Hold hold = m.hold()) {
      assertThat(hold).isNotNull();
      body.run();
    }
  }

  /** Starts a thread that waits, and returns once it does. */
  private static Task<Boolean> await(ThreadKind kind, Mutex m, Condition c, AwaitForm form) {
    return await(kind, m, c, () -> form.call(c));
  }

  private static Task<Boolean> await(
      ThreadKind kind, Mutex m, Condition c, Callable<Boolean> wait) {
    int[] before = {0};
    locked(m, () -> before[0] = m.getWaitQueueLength(c));
    Task<Boolean> task = call(kind, m, wait);
    Await.until(
        "it waits on the condition",
        () -> {
          boolean[] waits = {false};
          locked(m, () -> waits[0] = m.getWaitQueueLength(c) > before[0]);
          return waits[0] || task.isDone();
        });
    return task;
  }

  /** Calls with the mutex locked, and checks that it is locked still when the call has ended. */
  private static Task<Boolean> call(ThreadKind kind, Mutex m, Callable<Boolean> wait) {
    return Task.call(
        kind,
        () -> {
          m.lock();
          try {
            return wait.call();
          } finally {
            assertThat(m.isHeldByCurrentThread()).isTrue();
            assertThat(m.owner()).isSameAs(Thread.currentThread());
            m.unlock();
          }
        });
  }
}
