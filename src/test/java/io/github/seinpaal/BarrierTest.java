package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seinpaal.AnyBarrier.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A barrier that is used once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BarrierTest {

  /** Once open it lets everybody through at once, in every form, and runs no action again. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void openBarrierStaysOpen(ThreadKind kind) {
    AtomicInteger actions = new AtomicInteger();
    Barrier b = new Barrier(2, actions::incrementAndGet);
    assertThat(b.isOpen()).isFalse();
    Task<Integer> first = AnyBarrier.arrive(kind, AnyBarrier.of(b), Form.UNTIMED);
    assertThat(b.isOpen()).isFalse();
    assertThat(Task.call(kind, b::await).result()).isZero();
    assertThat(first.result()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      assertThat(b.isOpen()).isTrue();
      assertThat(Task.call(kind, b::await).result()).isZero();
      assertThat(Task.call(kind, () -> b.await(0, NANOSECONDS)).result()).isZero();
      assertThat(Task.call(kind, () -> b.await(Duration.ofSeconds(-1))).result()).isZero();
    }
    assertThat(actions.get()).isEqualTo(1);
    assertThat(b.getNumberWaiting()).isZero();
    assertThat(b.toString()).contains("0 of 2 waiting, open]");
  }

  /** An interrupted thread throws on entry though the barrier is open, and does not break it. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void interruptOnEntryWinsOverAnOpenBarrier(ThreadKind kind) {
    Barrier b = new Barrier(1);
    assertThat(Task.call(kind, b::await).result()).isZero();
    Task<Integer> late =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return b.await();
            });
    assertThat(late.failure()).isInstanceOf(InterruptedException.class);
    assertThat(late.endedInterrupted()).isFalse();
    assertThat(b.isBroken()).isFalse();
    assertThat(b.isOpen()).isTrue();
  }

  /** Who comes while the action runs waits for it, and goes by what becomes of it. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void latecomerWaitsForTheAction(ThreadKind kind) {
    for (boolean fails : new boolean[] {false, true}) {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch finish = new CountDownLatch(1);
      Barrier b =
          new Barrier(
              1,
              () -> {
                running.countDown();
                Await.until("told to finish", () -> finish.getCount() == 0);
                if (fails) {
                  throw new ArithmeticException();
                }
              });
      Task<Integer> last = Task.call(kind, b::await);
      Await.until("the action runs", () -> running.getCount() == 0);
      List<Task<Integer>> late = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        late.add(Task.call(kind, () -> b.await(1, NANOSECONDS)));
      }
      Task<Integer> interrupted =
          Task.call(
              kind,
              () -> {
                Thread.currentThread().interrupt();
                return b.await();
              });
      Await.within(3_000_000, () -> Task.done(late) > 0 || interrupted.isDone());
      assertThat(Task.done(late)).isZero();
      assertThat(interrupted.isDone()).isFalse();
      assertThat(b.isOpen()).isFalse();
      finish.countDown();
      if (fails) {
        assertThat(last.failure()).isInstanceOf(ArithmeticException.class);
        for (Task<Integer> task : late) {
          assertThat(task.failure())
              .isInstanceOf(BrokenBarrierException.class)
              .cause()
              .isSameAs(last.failure());
        }
        assertThat(interrupted.failure()).isInstanceOf(BrokenBarrierException.class);
        assertThat(interrupted.endedInterrupted()).isTrue();
      } else {
        assertThat(last.result()).isZero();
        assertThat(Task.results(late)).containsOnly(0);
        assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted.endedInterrupted()).isFalse();
      }
      assertThat(b.isOpen()).isEqualTo(!fails);
    }
  }

  /** However many threads come, the first parties get their indices, and the others zero. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void moreThreadsThanParties(ThreadKind kind) {
    for (int round = 0; round < 300; round++) {
      Barrier b = new Barrier(3);
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        tasks.add(Task.call(kind, b::await));
      }
      assertThat(Task.results(tasks)).containsExactlyInAnyOrder(2, 1, 0, 0, 0, 0);
    }
  }

  /** Broken before it opened, it never opens, however many arrive. */
  @Test
  void brokenBarrierNeverOpens() {
    Barrier b = new Barrier(2);
    assertThat(Task.call(ThreadKind.PLATFORM, () -> b.await(0, NANOSECONDS)).failure()).isNotNull();
    for (int i = 0; i < 5; i++) {
      assertThat(Task.call(ThreadKind.PLATFORM, b::await).failure())
          .isInstanceOf(BrokenBarrierException.class);
      assertThat(b.isOpen()).isFalse();
      assertThat(b.isBroken()).isTrue();
    }
  }
}
