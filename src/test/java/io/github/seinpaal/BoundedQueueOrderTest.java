package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets what, and when: the order of elements, and of those who wait in a fair queue. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueOrderTest {

  /** The first to wait gets the first element, also if all elements come at once. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void fairTakersAreServedInTheOrderInWhichTheyCame(ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      BoundedQueue<Integer> q = Queues.of(Mode.FAIR, 8);
      List<Task<Integer>> takers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        takers.add(Queues.taker(kind, q));
      }
      for (int i = 0; i < 6; i++) {
        q.put(i);
      }
      assertThat(Task.results(takers)).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void fairPuttersAreServedInTheOrderInWhichTheyCame(ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      BoundedQueue<Integer> q = Queues.of(Mode.FAIR, 2, -2, -1);
      List<Task<Void>> putters = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        putters.add(Queues.putter(kind, q, i));
      }
      for (int i = -2; i < 6; i++) {
        assertThat(q.take()).isEqualTo(i);
      }
      Task.results(putters);
    }
  }

  /** Spaces that come together go to those who wait, in order, and then to others. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void aBulkOfSpacesIsFilledInOrder(ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      BoundedQueue<Integer> q = Queues.of(Mode.FAIR, 4, -4, -3, -2, -1);
      List<Task<Void>> putters = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        putters.add(Queues.putter(kind, q, i));
      }
      q.clear();
      q.put(3);
      Task.results(putters);
      assertThat(q).containsExactly(0, 1, 2, 3);
    }
  }

  /** In a fair queue an element that somebody waits for is not taken by one who comes later. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void nobodyPassesThoseWhoWaitInAFairQueue(ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      BoundedQueue<Integer> q = Queues.of(Mode.FAIR, 2);
      Task<Integer> taker = Queues.taker(kind, q);
      q.put(1);
      assertThat(q.poll()).isNull();
      assertThat(taker.result()).isEqualTo(1);
      q.put(2);
      q.put(3);
      Task<Void> putter = Queues.putter(kind, q, 4);
      assertThat(q.poll()).isEqualTo(2);
      boolean passed = q.offer(5);
      putter.result();
      assertThat(passed).isFalse();
      assertThat(q).containsExactly(3, 4);
    }
  }

  /** What nobody waits for can be had at once, though somebody waits for the rest. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void whatIsLeftOverCanBeHad(ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(Mode.FAIR, 4);
    Task<Integer> taker = Queues.taker(kind, q);
    q.addAll(List.of(1, 2, 3));
    Integer got = q.poll();
    Integer other = taker.result();
    assertThat(List.of(got, other)).containsExactlyInAnyOrder(1, 2);
  }

  /** Once a waiter has left, by whatever way, nothing is kept for it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void nothingIsKeptForOneWhoHasLeft(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    assertThat(Task.call(kind, () -> q.poll(2, MILLISECONDS)).result()).isNull();
    Task<Integer> taker = Queues.taker(kind, q);
    taker.interrupt();
    assertThat(taker.failure()).isInstanceOf(InterruptedException.class);
    assertThat(q.offer(1)).isTrue();
    assertThat(q.poll()).isEqualTo(1);
    q.put(2);
    assertThat(Task.call(kind, () -> q.offer(3, 2, MILLISECONDS)).result()).isFalse();
    assertThat(q.poll()).isEqualTo(2);
    assertThat(q.offer(4)).isTrue();
  }

  /** In a non-fair queue {@code poll} finds what is there, whoever waits for it. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void aNonFairPollFailsOnlyOnAnEmptyQueue(ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      BoundedQueue<Integer> q = Queues.of(Mode.NON_FAIR, 2);
      Task<Integer> taker = Task.call(kind, q::take);
      q.put(1);
      Integer polled = q.poll();
      if (polled != null) {
        q.put(2);
        assertThat(polled).isEqualTo(1);
        assertThat(taker.result()).isEqualTo(2);
      } else {
        assertThat(taker.result()).isEqualTo(1); // it was the taker that had emptied the queue
      }
    }
  }

  /** What each producer has put is taken in its order, whoever takes it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void theOrderOfOneProducerIsKept(Mode mode, ThreadKind kind) throws InterruptedException {
    int each = 1_000;
    for (int capacity : new int[] {1, 2, 7}) {
      BoundedQueue<int[]> q = Queues.of(mode, capacity);
      List<Task<Void>> producers = new ArrayList<>();
      for (int p = 0; p < 3; p++) {
        int id = p;
        producers.add(
            Task.run(
                kind,
                () -> {
                  for (int i = 0; i < each; i++) {
                    q.put(new int[] {id, i});
                  }
                }));
      }
      int[] next = new int[3];
      for (int i = 0; i < 3 * each; i++) {
        int[] e = q.take();
        assertThat(e[1]).isEqualTo(next[e[0]]++);
      }
      Task.results(producers);
    }
  }
}
