package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The queue for longer, and with almost no stack left. */
@Tag("stress")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueStressTest {

  @ParameterizedTest
  @MethodSource("io.github.seinpaal.BoundedQueueConservationTest#settings")
  void everyElementIsAccountedFor(QueueOperations.Setting setting) {
    for (int round = 0; round < 20; round++) {
      QueueOperations.run(setting, 8, 2_000);
    }
  }

  /** The first wait loads classes, which takes more stack than a wait. */
  @BeforeAll
  static void loadClasses() {
    for (Mode mode : Mode.values()) {
      BoundedQueue<Integer> q = Queues.of(mode, 1);
      Task<Integer> taker = Queues.taker(ThreadKind.PLATFORM, q);
      q.add(1);
      assertThat(taker.result()).isEqualTo(1);
    }
  }

  /** A call that says by how much it has changed the number of elements. */
  private interface Attempt {
    int change(BoundedQueue<Integer> queue) throws InterruptedException;
  }

  private enum Call {
    OFFER(q -> q.offer(1) ? 1 : 0),
    OFFER_TIMED(q -> q.offer(1, 1, MICROSECONDS) ? 1 : 0),
    POLL(q -> q.poll() == null ? 0 : -1),
    POLL_TIMED(q -> q.poll(1, MICROSECONDS) == null ? 0 : -1),
    REMOVE(q -> q.remove(1) ? -1 : 0);

    private final Attempt attempt;

    Call(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  /** Makes the attempt at every depth from the bottom of the stack up. */
  private static final class Descent {
    private static final int ATTEMPTS = 1_000;

    private final BoundedQueue<Integer> queue;
    private final Attempt attempt;
    private int change;
    private int attempts;
    private int overflows;

    Descent(BoundedQueue<Integer> queue, Attempt attempt) {
      this.queue = queue;
      this.attempt = attempt;
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    void descend() throws InterruptedException {
      try {
        descend();
      } catch (StackOverflowError e) {
        overflows++;
      }
      if (attempts < ATTEMPTS) {
        attempts++;
        change += attempt.change(queue);
      }
    }
  }

  static Stream<Arguments> calls() {
    return Stream.of(Mode.values())
        .flatMap(
            mode ->
                Stream.of(Call.values())
                    .flatMap(
                        call ->
                            Stream.of(0, 1_000, 2_000)
                                .map(elements -> Arguments.of(mode, call, elements))));
  }

  /** A call that runs out of stack has done nothing, or all; and the queue works on. */
  @ParameterizedTest
  @MethodSource("calls")
  void aCallWithoutStackLosesNothing(Mode mode, Call call, int elements) {
    int capacity = 2_000;
    for (int round = 0; round < 10; round++) {
      BoundedQueue<Integer> q = Queues.of(mode, capacity);
      for (int i = 0; i < elements; i++) {
        q.add(1);
      }
      int before = q.size();
      Descent descent = new Descent(q, call.attempt);
      Task.run(
              ThreadKind.PLATFORM,
              () -> {
                descent.change += call.attempt.change(q);
                descent.descend();
              })
          .result();
      assertThat(descent.overflows).isPositive();
      assertThat(q.size()).isEqualTo(before + descent.change);
      assertThat(q.remainingCapacity()).isEqualTo(capacity - q.size());
      q.clear();
      Task<Integer> taker = Queues.taker(ThreadKind.PLATFORM, q);
      assertThat(q.offer(3)).isTrue();
      assertThat(taker.result()).isEqualTo(3);
    }
  }

  /** A slot that could not be closed for want of stack can be closed later. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aSlotWithoutStackIsNotLost(Mode mode) {
    for (int round = 0; round < 10; round++) {
      BoundedQueue<Integer> q = Queues.of(mode, 2_000);
      List<BoundedQueue<Integer>.Slot> slots = new ArrayList<>(4_000);
      Descent descent =
          new Descent(
              q,
              same -> {
                BoundedQueue<Integer>.Slot slot = same.tryReserve();
                slots.add(slot);
                slot.close();
                return 0;
              });
      Task.run(
              ThreadKind.PLATFORM,
              () -> {
                descent.attempt.change(q);
                descent.descend();
              })
          .result();
      assertThat(descent.overflows).isPositive();
      slots.forEach(BoundedQueue.Slot::close);
      assertThat(q.remainingCapacity()).isEqualTo(2_000);
    }
  }

  /** Those who wait are called by a call that has just enough stack, or by the next. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aCallWithoutStackForgetsNobody(Mode mode) {
    for (int round = 0; round < 30; round++) {
      BoundedQueue<Integer> q = Queues.of(mode, 2_000);
      Task<Integer> first = Queues.taker(ThreadKind.PLATFORM, q);
      Task<Integer> second = Queues.taker(ThreadKind.PLATFORM, q);
      Descent descent = new Descent(q, Call.OFFER.attempt);
      Task.run(ThreadKind.PLATFORM, descent::descend).result();
      assertThat(descent.change).isGreaterThan(1);
      assertThat(first.result() + second.result()).isEqualTo(2);
      assertThat(q.size()).isEqualTo(descent.change - 2);
    }
  }
}
