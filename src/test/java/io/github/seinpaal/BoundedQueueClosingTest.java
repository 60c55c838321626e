package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of the stream, and the slots that it waits for. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueClosingTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static void assertTakesNoMore(BoundedQueue<Integer> q) throws InterruptedException {
    assertThat(q.isClosed()).isTrue();
    assertThatExceptionOfType(QueueClosedException.class)
        .isThrownBy(() -> q.put(9))
        .withMessageContaining("BoundedQueue@")
        .withMessageContaining("put");
    assertThatExceptionOfType(QueueClosedException.class)
        .isThrownBy(() -> q.add(9))
        .withMessageContaining("add");
    assertThatExceptionOfType(QueueClosedException.class).isThrownBy(q::reserve);
    assertThat(q.tryReserve()).isNull();
    assertThat(q.offer(9)).isFalse();
    assertThat(q.offer(9, 1, DAYS)).isFalse();
    assertThat(q.offer(9, DAY)).isFalse();
  }

  private static void assertHasEnded(BoundedQueue<Integer> q) throws InterruptedException {
    assertTakesNoMore(q);
    assertThatExceptionOfType(QueueClosedException.class)
        .isThrownBy(q::take)
        .withMessageContaining("take");
    assertThat(q.poll()).isNull();
    assertThat(q.poll(1, DAYS)).isNull();
    assertThat(q.poll(DAY)).isNull();
    assertThat(q.awaitDrained(DAY)).isTrue();
    assertThat(q.awaitDrained(Duration.ZERO)).isTrue();
    assertThat(q.closeNow()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aClosedQueueGivesOutWhatItHas(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 5, 1, 2, 3);
    assertThat(q.isClosed()).isFalse();
    q.close();
    q.close();
    assertTakesNoMore(q);
    assertThat(q.awaitDrained(Duration.ZERO)).isFalse();
    assertThat(q.take()).isEqualTo(1);
    assertThat(q.poll()).isEqualTo(2);
    assertThat(q.poll(DAY)).isEqualTo(3);
    assertHasEnded(q);
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void thoseWhoWaitForASpaceAreTurnedAwayAtOnce(Mode mode, ThreadKind kind) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1, 1);
    List<Task<Void>> putters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      putters.add(Queues.putter(kind, q, 2));
    }
    Task<Boolean> offerer = Queues.parked(kind, q, () -> q.offer(3, DAY));
    Task<BoundedQueue<Integer>.Slot> reserver = Queues.parked(kind, q, q::reserve);
    q.close();
    for (Task<Void> putter : putters) {
      assertThat(putter.failure()).isInstanceOf(QueueClosedException.class);
    }
    assertThat(offerer.result()).isFalse();
    assertThat(reserver.failure()).isInstanceOf(QueueClosedException.class);
    assertThat(q).containsExactly(1);
    assertThat(q.take()).isEqualTo(1);
    assertHasEnded(q);
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void thoseWhoWaitForAnElementLearnOfTheEndAtOnce(Mode mode, ThreadKind kind) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    List<Task<Integer>> takers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      takers.add(Queues.taker(kind, q));
    }
    Task<Integer> poller = Queues.parked(kind, q, () -> q.poll(1, DAYS));
    Task<Boolean> drained = Queues.parked(kind, q, () -> q.awaitDrained(DAY));
    Task<Boolean> drainedToo = Queues.parked(kind, q, () -> q.awaitDrained(DAY));
    q.close();
    for (Task<Integer> taker : takers) {
      assertThat(taker.failure()).isInstanceOf(QueueClosedException.class);
    }
    assertThat(poller.result()).isNull();
    assertThat(drained.result()).isTrue();
    assertThat(drainedToo.result()).isTrue();
    assertHasEnded(q);
  }

  /** The end comes with the removal of the last element, whichever way. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyRemovalOfTheLastElementEndsTheStream(Mode mode, ThreadKind kind) throws Exception {
    for (BoundedQueueTest.Call removal :
        List.<BoundedQueueTest.Call>of(
            BoundedQueue::take,
            BoundedQueue::poll,
            q -> q.remove(1),
            q -> q.removeIf(e -> true),
            q -> q.drainTo(new ArrayList<>()),
            BoundedQueue::closeNow,
            q -> {
              q.clear();
              return null;
            })) {
      BoundedQueue<Integer> q = Queues.of(mode, 1, 1);
      q.close();
      Task<Boolean> drained = Queues.parked(kind, q, () -> q.awaitDrained(DAY));
      Task.call(kind, () -> removal.on(q)).result();
      assertThat(drained.result()).isTrue();
      assertHasEnded(q);
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void closingNowTakesOutWhatIsLeft(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 3, 1, 2, 3);
    Task<Void> putter = Queues.putter(kind, q, 4);
    assertThat(q.closeNow()).containsExactly(1, 2, 3);
    assertThat(putter.failure()).isInstanceOf(QueueClosedException.class);
    assertThat(q).isEmpty();
    assertHasEnded(q);
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void anInterruptEndsTheWaitForTheEnd(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    Task<Boolean> drained = Queues.parked(kind, q, () -> q.awaitDrained(DAY));
    drained.interrupt();
    assertThat(drained.failure()).isInstanceOf(InterruptedException.class);
    Task<Boolean> interrupted =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return q.awaitDrained(Duration.ZERO);
            });
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    q.close();
    assertThat(q.awaitDrained(DAY)).isTrue();
  }

  // Slots

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aSlotTakesUpASpaceUntilItIsClosed(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    BoundedQueue<Integer>.Slot slot = q.reserve();
    try (slot) {
      assertThat(q.remainingCapacity()).isZero();
      assertThat(q.size()).isZero();
      assertThat(q.offer(1)).isFalse();
      assertThat(q.tryReserve()).isNull();
      assertThatNullPointerException().isThrownBy(() -> slot.put(null));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(q.remainingCapacity()).isOne();
      assertThatIllegalStateException()
          .isThrownBy(() -> slot.put(1))
          .isNotInstanceOf(QueueClosedException.class);
      slot.close();
    }
    assertThat(q.offer(1)).isTrue();
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aSlotIsUsedOnceAndHoldsNoPlace(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 3);
    try (BoundedQueue<Integer>.Slot slot = q.tryReserve()) {
      q.put(1);
      slot.put(2);
      assertThatIllegalStateException().isThrownBy(() -> slot.put(3));
      assertThat(q.remainingCapacity()).isOne();
    }
    assertThat(q.remainingCapacity()).isOne();
    assertThat(q).containsExactly(1, 2);
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void aClosedSlotLetsAnotherPut(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    BoundedQueue<Integer>.Slot slot = q.reserve();
    Task<Void> putter = Queues.putter(kind, q, 1);
    slot.close();
    putter.result();
    assertThat(q).containsExactly(1);
  }

  /** The end waits for open slots: one may still be used, and those who wait see what it brings. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void theEndComesAfterOpenSlots(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 3);
    BoundedQueue<Integer>.Slot used = q.reserve();
    BoundedQueue<Integer>.Slot dropped = q.reserve();
    Task<Integer> first = Queues.taker(kind, q);
    Task<Integer> second = Queues.taker(kind, q);
    q.close();
    assertTakesNoMore(q);
    assertThat(q.awaitDrained(Duration.ofMillis(5))).isFalse();
    assertThat(first.isDone() || second.isDone()).isFalse();
    used.put(1);
    Task.firstDone(List.of(first, second));
    assertThat(q.awaitDrained(Duration.ofMillis(5))).isFalse();
    dropped.close();
    assertThat(q.awaitDrained(DAY)).isTrue();
    Task<Integer> served = first.failure() == null ? first : second;
    Task<Integer> turnedAway = served == first ? second : first;
    assertThat(served.result()).isEqualTo(1);
    assertThat(turnedAway.failure()).isInstanceOf(QueueClosedException.class);
    assertHasEnded(q);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void closingNowVoidsSlots(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 3, 1);
    BoundedQueue<Integer>.Slot slot = q.reserve();
    assertThat(q.closeNow()).containsExactly(1);
    assertHasEnded(q);
    assertThatExceptionOfType(QueueClosedException.class).isThrownBy(() -> slot.put(2));
    slot.close();
    assertThat(q.remainingCapacity()).isEqualTo(3);
    assertHasEnded(q);
  }

  // Races

  /** Whatever was put by a call that returned is taken, and each taker learns of the end. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void closingLosesNothing(Mode mode, ThreadKind kind) throws Exception {
    for (int round = 0; round < 150; round++) {
      BoundedQueue<Integer> q = Queues.of(mode, 2);
      AtomicInteger in = new AtomicInteger();
      AtomicInteger out = new AtomicInteger();
      CyclicBarrier start = new CyclicBarrier(7);
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        boolean reserves = t == 2;
        tasks.add(
            Task.run(
                kind,
                () -> {
                  start.await();
                  try {
                    for (; ; ) {
                      if (reserves) {
                        try (BoundedQueue<Integer>.Slot slot = q.reserve()) {
                          slot.put(1);
                        }
                      } else {
                        q.put(1);
                      }
                      in.incrementAndGet();
                    }
                  } catch (QueueClosedException end) {
                    assertThat(q.isClosed()).isTrue();
                  }
                }));
        tasks.add(
            Task.run(
                kind,
                () -> {
                  start.await();
                  try {
                    for (; ; ) {
                      out.addAndGet(q.take());
                    }
                  } catch (QueueClosedException end) {
                    assertThat(q.poll()).isNull();
                  }
                }));
      }
      start.await();
      int rest = 0;
      if (round % 2 == 0) {
        q.close();
      } else {
        rest = q.closeNow().size();
      }
      Task.results(tasks);
      assertThat(out.get() + rest).isEqualTo(in.get());
      assertHasEnded(q);
    }
  }
}
