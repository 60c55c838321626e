package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.fail;

import io.github.seinpaal.AnyBarrier.Form;
import io.github.seinpaal.AnyBarrier.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What one generation of a barrier does; the JDK's barrier runs along as the model. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BarrierContractTest {

  static Stream<Arguments> threads() {
    return Stream.of(Kind.values()).flatMap(b -> Cases.threads().map(t -> Arguments.of(b, t)));
  }

  static Stream<Arguments> forms() {
    return threads()
        .flatMap(c -> Stream.of(Form.values()).map(f -> Arguments.of(c.get()[0], c.get()[1], f)));
  }

  /** A barrier for nobody is refused. */
  @ParameterizedTest
  @EnumSource
  void fewerThanOnePartyIsRefused(Kind barrier) {
    for (int parties : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> barrier.with(parties));
      assertThatIllegalArgumentException().isThrownBy(() -> barrier.with(parties, () -> {}));
    }
  }

  /** A new barrier is whole, and nobody waits. */
  @ParameterizedTest
  @EnumSource
  void newBarrierIsWhole(Kind barrier) {
    for (int parties : new int[] {1, 3, Integer.MAX_VALUE}) {
      AnyBarrier b = barrier.with(parties);
      assertThat(b.getParties()).isEqualTo(parties);
      assertThat(b.getNumberWaiting()).isZero();
      assertThat(b.isBroken()).isFalse();
    }
  }

  /** A call without a unit changes nothing. */
  @ParameterizedTest
  @EnumSource
  void missingUnitIsRefusedBeforeArriving(Kind barrier) {
    AnyBarrier b = barrier.with(1);
    assertThatNullPointerException().isThrownBy(() -> b.await(2, null));
    assertThat(b.isBroken()).isFalse();
    assertThat(b.getNumberWaiting()).isZero();
  }

  /** A single party never waits, and runs the action itself. */
  @ParameterizedTest
  @MethodSource("forms")
  void singlePartyGoesOnAtOnce(Kind barrier, ThreadKind kind, Form form) {
    AtomicInteger actions = new AtomicInteger();
    AnyBarrier b = barrier.with(1, actions::incrementAndGet);
    assertThat(Task.call(kind, () -> form.await(b)).result()).isZero();
    assertThat(actions.get()).isEqualTo(1);
  }

  /** The index counts down in the order of arrival, and nobody returns before the last. */
  @ParameterizedTest
  @MethodSource("forms")
  void indexTellsTheOrderOfArrival(Kind barrier, ThreadKind kind, Form form) {
    int parties = 5;
    AnyBarrier b = barrier.with(parties);
    List<Task<Integer>> tasks = AnyBarrier.arrive(kind, b, form, parties - 1);
    assertThat(b.getNumberWaiting()).isEqualTo(parties - 1);
    assertThat(Task.done(tasks)).isZero();
    tasks.add(Task.call(kind, () -> form.await(b)));
    assertThat(Task.results(tasks)).containsExactly(4, 3, 2, 1, 0);
    assertThat(b.getNumberWaiting()).isZero();
    assertThat(b.isBroken()).isFalse();
  }

  /** The action runs once, in the last to arrive, while everybody is held. */
  @ParameterizedTest
  @MethodSource("forms")
  void actionRunsInTheLastBeforeAnyoneGoesOn(Kind barrier, ThreadKind kind, Form form) {
    List<Thread> runners = new ArrayList<>();
    List<Task<Integer>> tasks = new ArrayList<>();
    AtomicInteger early = new AtomicInteger();
    AnyBarrier b =
        barrier.with(
            3,
            () -> {
              runners.add(Thread.currentThread());
              Await.within(2_000_000, () -> Task.done(tasks) > 0);
              early.set(Task.done(tasks));
            });
    tasks.addAll(AnyBarrier.arrive(kind, b, form, 2));
    Task<Integer> last = Task.call(kind, () -> form.await(b));
    assertThat(last.result()).isZero();
    assertThat(Task.results(tasks)).containsExactly(2, 1);
    assertThat(runners).containsExactly(last.thread());
    assertThat(early.get()).isZero();
  }

  /** What a party did before it arrived, the action and every other party see. */
  @ParameterizedTest
  @MethodSource("forms")
  void whatWasDoneBeforeIsSeenAfter(Kind barrier, ThreadKind kind, Form form) {
    for (int round = 0; round < 200; round++) {
      int[] cells = new int[4]; // plain
      AnyBarrier b =
          barrier.with(
              3,
              () -> {
                for (int i = 0; i < 3; i++) {
                  cells[3] += cells[i];
                }
              });
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int me = i;
        tasks.add(
            Task.call(
                kind,
                () -> {
                  cells[me] = 1;
                  form.await(b);
                  return cells[3];
                }));
      }
      assertThat(Task.results(tasks)).containsOnly(3);
    }
  }

  /** One interrupt ends the wait of all: its thread is told so, and the others that it broke. */
  @ParameterizedTest
  @MethodSource("forms")
  void interruptBreaksForAll(Kind barrier, ThreadKind kind, Form form) {
    AnyBarrier b = barrier.with(4);
    List<Task<Integer>> tasks = AnyBarrier.arrive(kind, b, form, 3);
    Task<Integer> leaver = tasks.remove(1);
    leaver.interrupt();
    assertThat(leaver.failure()).isInstanceOf(InterruptedException.class);
    assertThat(leaver.endedInterrupted()).isFalse();
    assertBrokenBy(barrier, tasks, leaver, leaver.failure());
    assertStaysBroken(barrier, b, kind, form, leaver.failure());
  }

  /** Who is interrupted on entry breaks the barrier, even as the last one. */
  @ParameterizedTest
  @MethodSource("forms")
  void interruptOnEntryBreaksForAll(Kind barrier, ThreadKind kind, Form form) {
    AnyBarrier b = barrier.with(3, () -> fail("ran the action"));
    List<Task<Integer>> tasks = AnyBarrier.arrive(kind, b, form, 2);
    Task<Integer> last = interruptedOnEntry(kind, b, form);
    assertThat(last.failure()).isInstanceOf(InterruptedException.class);
    assertThat(last.endedInterrupted()).isFalse();
    assertBrokenBy(barrier, tasks, last, last.failure());
    assertStaysBroken(barrier, b, kind, form, last.failure());
  }

  /** A broken barrier is reported rather than the interrupt, which stays pending. */
  @ParameterizedTest
  @MethodSource("forms")
  void brokenComesBeforeInterrupted(Kind barrier, ThreadKind kind, Form form) {
    AnyBarrier b = barrier.with(2);
    Task<Integer> first = interruptedOnEntry(kind, b, form);
    assertThat(first.failure()).isInstanceOf(InterruptedException.class);
    Task<Integer> second = interruptedOnEntry(kind, b, form);
    assertThat(second.failure()).isInstanceOf(BrokenBarrierException.class);
    assertThat(second.endedInterrupted()).isTrue();
  }

  /** One timeout ends the wait of all. */
  @ParameterizedTest
  @MethodSource("forms")
  void timeoutBreaksForAll(Kind barrier, ThreadKind kind, Form form) {
    for (long millis : new long[] {10, 11}) {
      AnyBarrier b = barrier.with(4);
      List<Task<Integer>> tasks = AnyBarrier.arrive(kind, b, form, 2);
      long start = System.nanoTime();
      Task<Integer> impatient = Task.call(kind, () -> b.await(millis, MILLISECONDS));
      assertThat(impatient.failure()).isInstanceOf(TimeoutException.class);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(millis));
      assertBrokenBy(barrier, tasks, impatient, impatient.failure());
      assertStaysBroken(barrier, b, kind, form, impatient.failure());
    }
  }

  /** Without any patience, all but the last break the barrier at once. */
  @ParameterizedTest
  @MethodSource("forms")
  void noPatienceBreaksAtOnceUnlessLast(Kind barrier, ThreadKind kind, Form form) {
    for (long nanos : new long[] {0, -1, -2, Long.MIN_VALUE}) {
      AnyBarrier b = barrier.with(3);
      Task<Integer> waiter = AnyBarrier.arrive(kind, b, form);
      Task<Integer> impatient = Task.call(kind, () -> b.await(nanos, NANOSECONDS));
      assertThat(impatient.failure()).isInstanceOf(TimeoutException.class);
      assertBrokenBy(barrier, List.of(waiter), impatient, impatient.failure());

      AnyBarrier c = barrier.with(2);
      Task<Integer> first = AnyBarrier.arrive(kind, c, form);
      assertThat(Task.call(kind, () -> c.await(nanos, NANOSECONDS)).result()).isZero();
      assertThat(first.result()).isEqualTo(1);
    }
  }

  /** Whatever the action throws reaches the last to arrive as it is, and breaks for the others. */
  @ParameterizedTest
  @MethodSource("forms")
  void failedActionBreaksForAll(Kind barrier, ThreadKind kind, Form form) {
    for (Throwable failure :
        List.of(new IllegalStateException(), new StackOverflowError(), new Exception("sneaky"))) {
      AnyBarrier b = barrier.with(3, () -> sneakyThrow(failure));
      List<Task<Integer>> tasks = AnyBarrier.arrive(kind, b, form, 2);
      Task<Integer> last = Task.call(kind, () -> form.await(b));
      assertThat(last.failure()).isSameAs(failure);
      assertBrokenBy(barrier, tasks, last, failure);
      assertStaysBroken(barrier, b, kind, form, failure);
    }
  }

  /** An interrupt and a timeout that come while the action runs wait for it, and change nothing. */
  @ParameterizedTest
  @MethodSource("threads")
  void onlyTheActionDecidesOnceAllHaveArrived(Kind barrier, ThreadKind kind) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AnyBarrier b = barrier.with(4, () -> hold(running, finish));
    Task<Integer> interrupted = AnyBarrier.arrive(kind, b, Form.UNTIMED);
    Task<Integer> both = AnyBarrier.arrive(kind, b, Form.TIMED);
    long patience = MILLISECONDS.toNanos(200);
    long start = System.nanoTime();
    Task<Integer> late = Task.call(kind, () -> b.await(patience, NANOSECONDS));
    Await.until("three have arrived", () -> b.getNumberWaiting() == 3 || late.isDone());
    Task<Integer> last = Task.call(kind, b::await);
    Await.until("the action runs", () -> running.getCount() == 0);
    interrupted.interrupt();
    both.interrupt();
    Await.until("the time is over", () -> System.nanoTime() - start > patience + 20_000_000);
    assertThat(List.of(interrupted, both, late, last)).noneMatch(Task::isDone);
    finish.countDown();
    assertThat(Task.results(List.of(interrupted, both, late, last))).containsExactly(3, 2, 1, 0);
    assertThat(interrupted.endedInterrupted()).isTrue();
    assertThat(both.endedInterrupted()).isTrue();
    assertThat(late.endedInterrupted()).isFalse();
    assertThat(b.isBroken()).isFalse();
  }

  /** If the action then fails, that is what broke the barrier, and the interrupt stays pending. */
  @ParameterizedTest
  @MethodSource("threads")
  void failedActionWinsOverAnInterruptMeanwhile(Kind barrier, ThreadKind kind) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    IllegalStateException failure = new IllegalStateException();
    AnyBarrier b =
        barrier.with(
            2,
            () -> {
              hold(running, finish);
              throw failure;
            });
    Task<Integer> first = AnyBarrier.arrive(kind, b, Form.UNTIMED);
    Task<Integer> last = Task.call(kind, b::await);
    Await.until("the action runs", () -> running.getCount() == 0);
    first.interrupt();
    finish.countDown();
    assertThat(last.failure()).isSameAs(failure);
    assertBrokenBy(barrier, List.of(first), last, failure);
    assertThat(first.endedInterrupted()).isTrue();
  }

  /** The interrupt, the timeout and the last arrival meet: all go on, or none does. */
  @ParameterizedTest
  @MethodSource("threads")
  void allGoOnOrNone(Kind barrier, ThreadKind kind) {
    int opened = 0;
    for (int round = 0; round < 600; round++) {
      AnyBarrier b = barrier.with(3);
      boolean timed = round % 3 == 0;
      long patience = timed ? 1 + 997L * round % 200_000 : Await.LIMIT_NANOS;
      Task<Integer> first = Task.call(kind, b::await);
      Task<Integer> second = Task.call(kind, () -> b.await(patience, NANOSECONDS));
      Task<Integer> last = Task.call(kind, b::await);
      if (!timed) {
        Await.within(131L * round % 40_000, () -> false);
        second.interrupt();
      }
      List<Task<Integer>> tasks = List.of(first, second, last);
      tasks.forEach(Task::failure);
      long went = tasks.stream().filter(t -> t.failure() == null).count();
      assertThat(went).as("round %d", round).isIn(0L, 3L);
      if (went == 3) {
        opened++;
        assertThat(Task.results(tasks)).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(b.isBroken()).isFalse();
      } else {
        assertThat(b.isBroken()).isTrue();
        long broken =
            tasks.stream().filter(t -> t.failure() instanceof BrokenBarrierException).count();
        assertThat(broken).isEqualTo(2);
      }
    }
    assertThat(opened).isPositive();
  }

  /** Messages and text name the object and what there was. */
  @ParameterizedTest
  @EnumSource(names = {"ONE_SHOT", "REUSABLE"})
  void messagesNameTheBarrierAndTheThread(Kind barrier) {
    AnyBarrier b = barrier.with(3);
    Task<Integer> first = AnyBarrier.arrive(ThreadKind.PLATFORM, b, Form.UNTIMED);
    Task<Integer> second = Task.call(ThreadKind.PLATFORM, () -> b.await(0, NANOSECONDS));
    String name = barrier == Kind.ONE_SHOT ? "Barrier@" : "ReusableBarrier@";
    assertThat(second.failure())
        .hasMessageMatching("(?s)" + name + ".*2 of 3 waiting.*not open after 0 ns");
    assertThat(first.failure())
        .hasMessageStartingWith(name)
        .hasMessageContaining("broken by ")
        .hasMessageContaining(second.thread().getName()); // its text changes when it has ended
    assertThatExceptionOfType(BrokenBarrierException.class)
        .isThrownBy(b::await)
        .withMessageContaining("broken]");
  }

  /** An action that waits for its own barrier is told so, and breaks it. */
  @ParameterizedTest
  @EnumSource(names = {"ONE_SHOT", "REUSABLE"})
  void actionCannotWaitForItself(Kind barrier) {
    AnyBarrier[] own = new AnyBarrier[1];
    AnyBarrier b =
        barrier.with(
            2,
            () -> {
              try {
                own[0].await();
              } catch (InterruptedException | BrokenBarrierException e) {
                throw new AssertionError(e);
              }
            });
    own[0] = b;
    Task<Integer> first = AnyBarrier.arrive(ThreadKind.PLATFORM, b, Form.UNTIMED);
    Task<Integer> last = Task.call(ThreadKind.PLATFORM, b::await);
    assertThat(last.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the action would wait for its own end");
    assertBrokenBy(barrier, List.of(first), last, last.failure());
  }

  private static Task<Integer> interruptedOnEntry(ThreadKind kind, AnyBarrier b, Form form) {
    return Task.call(
        kind,
        () -> {
          Thread.currentThread().interrupt();
          return form.await(b);
        });
  }

  private static void assertBrokenBy(
      Kind barrier, List<Task<Integer>> others, Task<?> breaker, Throwable cause) {
    for (Task<Integer> other : others) {
      assertThat(other.failure()).isInstanceOf(BrokenBarrierException.class);
      if (barrier.isOurs()) {
        assertThat(other.failure()).cause().isSameAs(cause);
        if (breaker.thread().getName().equals("platform-waiter")) {
          assertThat(other.failure()).hasMessageContaining("broken by Thread[");
        }
      }
    }
  }

  private static void assertStaysBroken(
      Kind barrier, AnyBarrier b, ThreadKind kind, Form form, Throwable cause) {
    assertThat(b.isBroken()).isTrue();
    assertThat(b.getNumberWaiting()).isZero();
    for (int i = 0; i < 5; i++) {
      Task<Integer> late = Task.call(kind, () -> form.await(b));
      assertThat(late.failure()).isInstanceOf(BrokenBarrierException.class);
      if (barrier.isOurs()) {
        assertThat(late.failure()).cause().isSameAs(cause);
      }
    }
  }

  private static void hold(CountDownLatch running, CountDownLatch finish) {
    running.countDown();
    Await.until("told to finish", () -> finish.getCount() == 0);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneakyThrow(Throwable e) throws T {
    throw (T) e;
  }
}
