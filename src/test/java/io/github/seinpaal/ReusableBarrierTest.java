package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seinpaal.AnyBarrier.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Generations that follow each other, and resets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReusableBarrierTest {

  /** Parties that never leave each other meet again and again, and the action sees them all. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void generationsFollowEachOther(ThreadKind kind) {
    meet(kind, 2, 20_000);
    meet(kind, 7, 3_000);
  }

  static void meet(ThreadKind kind, int parties, int rounds) {
    int[] arrived = new int[parties]; // plain, each written by one party
    int[] opened = new int[1]; // plain, written by the action
    ReusableBarrier b =
        new ReusableBarrier(
            parties,
            () -> {
              opened[0]++;
              for (int a : arrived) {
                assertThat(a).isEqualTo(opened[0]);
              }
            });
    AtomicInteger indices = new AtomicInteger();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int p = 0; p < parties; p++) {
      int me = p;
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int r = 1; r <= rounds; r++) {
                  arrived[me]++;
                  indices.addAndGet(b.await());
                  assertThat(opened[0]).isEqualTo(r);
                  assertThat(b.generation()).isGreaterThanOrEqualTo(r);
                }
              }));
    }
    Task.results(tasks);
    assertThat(opened[0]).isEqualTo(rounds);
    assertThat(indices.get()).isEqualTo(rounds * (parties * (parties - 1) / 2));
    assertThat(b.generation()).isEqualTo(rounds);
    assertThat(b.getNumberWaiting()).isZero();
  }

  /**
   * More threads than parties: who meets whom changes, so that a thread may be back two generations
   * on before a slow one has left. Every generation takes exactly its parties.
   */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void noThreadTakesThePlaceOfASlowOne(ThreadKind kind) {
    anyoneMeets(kind, 2, 5, 30_000);
    anyoneMeets(kind, 3, 4, 30_000);
  }

  static void anyoneMeets(ThreadKind kind, int parties, int threads, int rounds) {
    int[] opened = new int[1]; // plain, written by the action
    ReusableBarrier b = new ReusableBarrier(parties, () -> opened[0]++);
    AtomicInteger tickets = new AtomicInteger(parties * rounds);
    AtomicIntegerArray indices = new AtomicIntegerArray(parties);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                while (tickets.getAndDecrement() > 0) {
                  int before = opened[0];
                  indices.incrementAndGet(b.await());
                  assertThat(opened[0]).isGreaterThan(before);
                }
              }));
    }
    Task.results(tasks);
    assertThat(b.generation()).isEqualTo(rounds);
    assertThat(opened[0]).isEqualTo(rounds);
    for (int i = 0; i < parties; i++) {
      assertThat(indices.get(i)).isEqualTo(rounds);
    }
    assertThat(b.getNumberWaiting()).isZero();
  }

  /** Interrupts, timeouts, failing actions and resets, all at once: all go on or none does. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void everyGenerationIsAllOrNone(ThreadKind kind) {
    disturbed(kind, 2, 4, 4_000);
    disturbed(kind, 3, 3, 4_000);
  }

  static void disturbed(ThreadKind kind, int parties, int threads, int rounds) {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    AtomicIntegerArray indices = new AtomicIntegerArray(parties);
    ReusableBarrier b =
        new ReusableBarrier(
            parties,
            () -> {
              if (ThreadLocalRandom.current().nextInt(20) == 0) {
                failed.incrementAndGet();
                throw new ArithmeticException();
              }
              opened.incrementAndGet();
            });
    AtomicInteger left = new AtomicInteger(threads);
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                int failures = 0;
                for (int r = 0; r < rounds; r++) {
                  if (b.isBroken() && ThreadLocalRandom.current().nextInt(4) == 0) {
                    b.reset();
                  }
                  try {
                    // Never for ever: the others may be done.
                    int micros = ThreadLocalRandom.current().nextInt(300);
                    indices.incrementAndGet(b.await(micros, MICROSECONDS));
                  } catch (ArithmeticException e) {
                    failures++;
                  } catch (BrokenBarrierException e) {
                    assertThat(e.getCause())
                        .satisfiesAnyOf(
                            c -> assertThat(c).isNull(),
                            c -> assertThat(c).isInstanceOf(ArithmeticException.class),
                            c -> assertThat(c).isInstanceOf(TimeoutException.class),
                            c -> assertThat(c).isInstanceOf(InterruptedException.class));
                  } catch (TimeoutException | InterruptedException e) {
                    assertThat(e).isNotNull();
                  }
                }
                left.decrementAndGet();
                failed.addAndGet(-failures);
              }));
    }
    while (left.get() > 0 && tasks.stream().noneMatch(Task::isDone)) {
      tasks.get(ThreadLocalRandom.current().nextInt(threads)).interrupt();
      if (ThreadLocalRandom.current().nextInt(3) == 0) {
        b.reset();
      }
      Await.within(50_000, () -> false);
    }
    Task.results(tasks);
    assertThat(failed.get()).isZero(); // each was thrown to one
    for (int i = 0; i < parties; i++) {
      assertThat(indices.get(i)).as("index %d", i).isEqualTo(opened.get());
    }
    assertThat(opened.get()).isPositive();
    b.reset();
    assertThat(b.isBroken()).isFalse();
    assertThat(b.getNumberWaiting()).isZero();
  }

  /** A reset breaks what waits, without a cause, and the next generation is whole. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void resetBreaksOnlyThoseWhoWait(ThreadKind kind) {
    ReusableBarrier b = new ReusableBarrier(3);
    List<Task<Integer>> waiters = AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.TIMED, 2);
    b.reset();
    for (Task<Integer> w : waiters) {
      assertThat(w.failure())
          .isInstanceOf(BrokenBarrierException.class)
          .hasNoCause()
          .hasMessageContaining("reset by " + Thread.currentThread());
    }
    assertThat(b.isBroken()).isFalse();
    assertThat(b.generation()).isEqualTo(1);
    assertOpens(kind, b);
  }

  /** A reset makes a broken barrier whole again, however it broke. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void resetMakesABrokenBarrierWhole(ThreadKind kind) {
    AtomicInteger runs = new AtomicInteger();
    ReusableBarrier b =
        new ReusableBarrier(
            3,
            () -> {
              if (runs.incrementAndGet() == 1) {
                throw new ArithmeticException();
              }
            });
    for (int i = 0; i < 2; i++) {
      AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.UNTIMED);
    }
    assertThat(Task.call(kind, b::await).failure()).isInstanceOf(ArithmeticException.class);
    assertThat(b.generation()).isZero();
    b.reset();
    assertThat(b.generation()).isEqualTo(1);
    assertOpens(kind, b);
    Task<Integer> leaver = AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.UNTIMED);
    leaver.interrupt();
    assertThat(leaver.failure()).isInstanceOf(InterruptedException.class);
    assertThat(b.isBroken()).isTrue();
    b.reset();
    assertOpens(kind, b);
    assertThat(b.generation()).isEqualTo(4);
  }

  /** A reset of a barrier that nobody uses leaves it usable. */
  @Test
  void resetOfAnIdleBarrier() {
    ReusableBarrier b = new ReusableBarrier(3);
    for (int i = 0; i < 10; i++) {
      b.reset();
    }
    assertThat(b.generation()).isEqualTo(10);
    assertOpens(ThreadKind.PLATFORM, b);
  }

  /** A reset, an arrival and an interrupted arrival wait for the action, then mean the next. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void whatComesDuringTheActionMeansTheNextGeneration(ThreadKind kind) {
    for (int what = 0; what < 3; what++) {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch finish = new CountDownLatch(1);
      ReusableBarrier b =
          new ReusableBarrier(
              2,
              () -> {
                running.countDown();
                Await.until("told to finish", () -> finish.getCount() == 0);
              });
      Task<Integer> first = AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.UNTIMED);
      Task<Integer> last = Task.call(kind, b::await);
      Await.until("the action runs", () -> running.getCount() == 0);
      int turn = what;
      Task<Void> other =
          Task.run(
              kind,
              () -> {
                if (turn == 0) {
                  b.reset();
                } else {
                  if (turn == 2) {
                    Thread.currentThread().interrupt();
                  }
                  b.await();
                }
              });
      Await.within(3_000_000, other::isDone);
      assertThat(List.of(first, last, other)).noneMatch(Task::isDone);
      assertThat(b.getNumberWaiting()).isEqualTo(1);
      assertThat(b.isBroken()).isFalse();
      assertThat(b.generation()).isZero();
      finish.countDown();
      assertThat(first.result()).isEqualTo(1);
      assertThat(last.result()).isZero();
      if (turn == 0) {
        other.result();
        assertThat(b.generation()).isEqualTo(2);
        assertThat(b.isBroken()).isFalse();
      } else if (turn == 1) {
        Await.until("it waits in the next", () -> b.getNumberWaiting() == 1);
        assertThat(b.generation()).isEqualTo(1);
        b.reset();
        assertThat(other.failure()).isInstanceOf(BrokenBarrierException.class);
      } else {
        assertThat(other.failure()).isInstanceOf(InterruptedException.class);
        assertThat(b.isBroken()).isTrue();
        assertThat(b.generation()).isEqualTo(1);
      }
    }
  }

  /** An action that resets its own barrier is told that it cannot. */
  @Test
  void actionCannotResetItsBarrier() {
    ReusableBarrier[] own = new ReusableBarrier[1];
    own[0] = new ReusableBarrier(1, () -> own[0].reset());
    Task<Integer> only = Task.call(ThreadKind.PLATFORM, own[0]::await);
    assertThat(only.failure()).isInstanceOf(IllegalStateException.class);
    assertThat(own[0].isBroken()).isTrue();
    own[0].reset();
    assertThat(own[0].isBroken()).isFalse();
  }

  /** Generations that are over are not kept, neither by the barrier nor by each other. */
  @ParameterizedTest
  @EnumSource(
      value = ThreadKind.class,
      names = {"PLATFORM"})
  void pastGenerationsAreForgotten(ThreadKind kind) {
    ReusableBarrier b = new ReusableBarrier(1);
    int before = Reachable.libraryObjects(b);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Task.call(kind, b::await).result()).isZero();
      b.reset();
    }
    assertThat(Reachable.libraryObjects(b)).isEqualTo(before);
  }

  private static void assertOpens(ThreadKind kind, ReusableBarrier b) {
    assertThat(b.isBroken()).isFalse();
    assertThat(b.getNumberWaiting()).isZero();
    List<Task<Integer>> tasks = AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.TIMED, 2);
    tasks.add(Task.call(kind, b::await));
    assertThat(Task.results(tasks)).containsExactly(2, 1, 0);
  }
}
