package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of {@code BlockingQueue}, in both modes. */
@SuppressWarnings({
  "CollectionToArraySafeParameter",
  "ModifyingCollectionWithItself"
}) // what is tested
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueTest {

  /** A call that takes from a queue, or adds 9 to it, waiting if need be. */
  interface Call {
    Object on(BoundedQueue<Integer> queue) throws Exception;
  }

  private record Form(String name, Call call) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Form> TAKING =
      List.of(
          new Form("take", BoundedQueue::take),
          new Form("poll(time)", q -> q.poll(1, DAYS)),
          new Form("poll(Duration)", q -> q.poll(Duration.ofDays(400_000_000))));

  private static final List<Form> PUTTING =
      List.of(
          new Form("put", BoundedQueueTest::put),
          new Form("offer(time)", q -> q.offer(9, 1, DAYS)),
          new Form("offer(Duration)", q -> q.offer(9, Duration.ofDays(400_000_000))),
          new Form("reserve", BoundedQueueTest::reserveAndPut));

  private static Object put(BoundedQueue<Integer> q) throws InterruptedException {
    q.put(9);
    return true;
  }

  private static Object reserveAndPut(BoundedQueue<Integer> q) throws InterruptedException {
    try (BoundedQueue<Integer>.Slot slot = q.reserve()) {
      slot.put(9);
    }
    return true;
  }

  static Stream<Arguments> taking() {
    return forms(TAKING);
  }

  static Stream<Arguments> putting() {
    return forms(PUTTING);
  }

  private static Stream<Arguments> forms(List<Form> forms) {
    return Cases.kinds()
        .flatMap(c -> forms.stream().map(form -> Arguments.of(c.get()[0], c.get()[1], form)));
  }

  private static Task<Object> parked(ThreadKind kind, BoundedQueue<Integer> q, Form form) {
    return Queues.parked(kind, q, (Callable<Object>) () -> form.call.on(q));
  }

  // Construction

  @Test
  void aCapacityBelowOneIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BoundedQueue<>(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new BoundedQueue<>(-1, true));
    assertThatIllegalArgumentException().isThrownBy(() -> new BoundedQueue<>(0, true, List.of()));
  }

  @Test
  void aCollectionToBeginWithMustFitAndHoldNoNull() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoundedQueue<>(2, false, List.of(1, 2, 3)));
    assertThatNullPointerException().isThrownBy(() -> new BoundedQueue<>(2, false, null));
    assertThatNullPointerException()
        .isThrownBy(() -> new BoundedQueue<>(2, false, Arrays.asList(1, null)));
    assertThat(new BoundedQueue<>(3, true, List.of(1, 2, 3))).containsExactly(1, 2, 3);
  }

  @Test
  void theModeIsTheOneAskedFor() {
    assertThat(new BoundedQueue<>(1).isFair()).isFalse();
    assertThat(new BoundedQueue<>(1, true).isFair()).isTrue();
  }

  // Without waiting

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void elementsComeOutInTheOrderTheyWentIn(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 3);
    int next = 0;
    for (int i = 0; i < 20; i++) {
      q.put(i);
      if (q.remainingCapacity() == 0) {
        assertThat(q.take()).isEqualTo(next++);
        assertThat(q.poll()).isEqualTo(next++);
      }
    }
    while (!q.isEmpty()) {
      assertThat(q.remove()).isEqualTo(next++);
    }
    assertThat(next).isEqualTo(20);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aFullQueueRefusesAndAnEmptyOneHasNothing(Mode mode) throws InterruptedException {
    BoundedQueue<Integer> q = Queues.of(mode, 2, 1, 2);
    assertThat(q.remainingCapacity()).isZero();
    assertThat(q.offer(3)).isFalse();
    assertThat(q.offer(3, 1, MILLISECONDS)).isFalse();
    assertThat(q.offer(3, Duration.ofMillis(1))).isFalse();
    assertThat(q.offer(3, Duration.ofDays(-1))).isFalse();
    assertThat(q.tryReserve()).isNull();
    assertThatIllegalStateException()
        .isThrownBy(() -> q.add(3))
        .withMessageContaining("full")
        .isNotInstanceOf(QueueClosedException.class);
    assertThat(q).containsExactly(1, 2);
    assertThat(Queues.drained(q)).containsExactly(1, 2);
    assertThat(q.remainingCapacity()).isEqualTo(2);
    assertThat(q.poll()).isNull();
    assertThat(q.poll(1, MILLISECONDS)).isNull();
    assertThat(q.poll(0, NANOSECONDS)).isNull();
    assertThat(q.poll(Duration.ofMillis(1))).isNull();
    assertThat(q.poll(Duration.ofDays(-1))).isNull();
    assertThat(q.peek()).isNull();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(q::element);
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(q::remove);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void nullIsRefusedBeforeAnythingElse(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 2, 1);
    q.close();
    List<ThrowingCallable> calls =
        List.of(
            () -> q.put(null),
            () -> q.offer(null),
            () -> q.add(null),
            () -> q.offer(null, 1, DAYS),
            () -> q.offer(1, 1, null),
            () -> q.offer(null, Duration.ZERO),
            () -> q.offer(1, null),
            () -> q.poll(1, null),
            () -> q.poll(null),
            () -> q.awaitDrained(null),
            () -> q.drainTo(null),
            () -> q.drainTo(null, 0),
            () -> q.removeIf(null),
            () -> q.removeAll(null),
            () -> q.retainAll(null),
            () -> q.addAll(null),
            () -> q.toArray((Object[]) null));
    for (ThrowingCallable call : calls) {
      assertThatNullPointerException().isThrownBy(call);
    }
    assertThat(q.contains(null)).isFalse();
    assertThat(q.remove(null)).isFalse();
    assertThat(q).containsExactly(1);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aQueueIsNotDrainedOrAddedToItself(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 4, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> q.drainTo(q));
    assertThatIllegalArgumentException().isThrownBy(() -> q.drainTo(q, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> q.addAll(q));
    assertThat(q).containsExactly(1);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void drainingMovesAsManyAsAsked(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 5, 1, 2, 3, 4);
    List<Integer> out = new ArrayList<>();
    assertThat(q.drainTo(out, -1)).isZero();
    assertThat(q.drainTo(out, 0)).isZero();
    assertThat(q.drainTo(out, 3)).isEqualTo(3);
    assertThat(q.remainingCapacity()).isEqualTo(4);
    assertThat(q.drainTo(out, 3)).isOne();
    assertThat(q.drainTo(out)).isZero();
    assertThat(out).containsExactly(1, 2, 3, 4);
  }

  // Waiting

  @ParameterizedTest
  @MethodSource("taking")
  void whoWaitsForAnElementGetsIt(Mode mode, ThreadKind kind, Form form) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    Task<Object> taker = parked(kind, q, form);
    q.put(5);
    assertThat(taker.result()).isEqualTo(5);
    assertThat(q).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("putting")
  void whoWaitsForASpaceGetsIt(Mode mode, ThreadKind kind, Form form) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1, 1);
    Task<Object> putter = parked(kind, q, form);
    assertThat(q.take()).isEqualTo(1);
    assertThat(putter.result()).isEqualTo(true);
    assertThat(q).containsExactly(9);
  }

  @ParameterizedTest
  @MethodSource("taking")
  void anInterruptEndsTheWaitForAnElement(Mode mode, ThreadKind kind, Form form) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1);
    Task<Object> taker = parked(kind, q, form);
    taker.interrupt();
    assertThat(taker.failure()).isInstanceOf(InterruptedException.class);
    assertThat(taker.endedInterrupted()).isFalse();
    q.put(1);
    assertThat(q.poll()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("putting")
  void anInterruptEndsTheWaitForASpace(Mode mode, ThreadKind kind, Form form) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 1, 1);
    Task<Object> putter = parked(kind, q, form);
    putter.interrupt();
    assertThat(putter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(putter.endedInterrupted()).isFalse();
    assertThat(q.take()).isEqualTo(1);
    assertThat(q.offer(2)).isTrue();
    assertThat(q).containsExactly(2);
  }

  @ParameterizedTest
  @MethodSource("taking")
  void anInterruptOnEntryTakesNothing(Mode mode, ThreadKind kind, Form form) {
    BoundedQueue<Integer> q = Queues.of(mode, 1, 1);
    Task<Object> taker =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call.on(q);
            });
    assertThat(taker.failure()).isInstanceOf(InterruptedException.class);
    assertThat(q).containsExactly(1);
  }

  @ParameterizedTest
  @MethodSource("putting")
  void anInterruptOnEntryAddsNothing(Mode mode, ThreadKind kind, Form form) {
    BoundedQueue<Integer> q = Queues.of(mode, 2);
    Task<Object> putter =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return form.call.on(q);
            });
    assertThat(putter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(q.remainingCapacity()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void callsThatDoNotWaitIgnoreAnInterrupt(Mode mode, ThreadKind kind) {
    BoundedQueue<Integer> q = Queues.of(mode, 2);
    Task<Integer> task =
        Task.call(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              assertThat(q.offer(1)).isTrue();
              assertThat(q.add(2)).isTrue();
              assertThat(q.size()).isEqualTo(2);
              return q.poll();
            });
    assertThat(task.result()).isEqualTo(1);
    assertThat(task.endedInterrupted()).isTrue();
  }

  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyTimedWaitLastsAsLongAsAsked(Mode mode, ThreadKind kind) {
    BoundedQueue<Integer> full = Queues.of(mode, 1, 1);
    BoundedQueue<Integer> empty = Queues.of(mode, 1);
    long limit = MILLISECONDS.toNanos(20);
    for (Call call :
        List.<Call>of(
            q -> full.offer(2, 20, MILLISECONDS),
            q -> full.offer(2, Duration.ofMillis(20)),
            q -> empty.poll(20, MILLISECONDS) != null,
            q -> empty.poll(Duration.ofMillis(20)) != null,
            q -> empty.awaitDrained(Duration.ofMillis(20)))) {
      long start = System.nanoTime();
      assertThat(Task.call(kind, () -> call.on(null)).result()).isEqualTo(false);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(limit);
    }
  }

  /** Every way to make a space lets one who waits for it go on. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyRemovalGivesItsSpaceBack(Mode mode, ThreadKind kind) {
    for (Call removal :
        List.<Call>of(
            BoundedQueue::poll,
            BoundedQueue::take,
            q -> q.poll(1, DAYS),
            q -> q.remove(2),
            q -> q.removeIf(e -> e == 2),
            q -> q.removeAll(List.of(1, 2)),
            q -> q.retainAll(List.of(1)),
            q -> q.drainTo(new ArrayList<>()),
            q -> q.drainTo(new ArrayList<>(), 1),
            q -> {
              q.clear();
              return null;
            },
            q -> {
              Iterator<Integer> i = q.iterator();
              i.next();
              i.remove();
              return null;
            })) {
      BoundedQueue<Integer> q = Queues.of(mode, 3, 1, 2, 3);
      Task<Void> putter = Queues.putter(kind, q, 9);
      Task.call(kind, () -> removal.on(q)).result();
      putter.result();
      assertThat(q.remainingCapacity()).isEqualTo(3 - q.size());
      assertThat(Queues.drained(q)).endsWith(9);
    }
  }

  /** Every way to add lets one who waits for an element go on. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyAdditionCallsATaker(Mode mode, ThreadKind kind) {
    for (Call addition :
        List.<Call>of(
            q -> q.offer(9),
            q -> q.add(9),
            q -> q.addAll(List.of(9)),
            BoundedQueueTest::put,
            BoundedQueueTest::reserveAndPut,
            q -> q.offer(9, 1, DAYS),
            q -> {
              try (BoundedQueue<Integer>.Slot slot = q.tryReserve()) {
                slot.put(9);
              }
              return null;
            })) {
      BoundedQueue<Integer> q = Queues.of(mode, 3);
      Task<Integer> taker = Queues.taker(kind, q);
      Task.call(kind, () -> addition.on(q)).result();
      assertThat(taker.result()).isEqualTo(9);
      assertThat(q.remainingCapacity()).isEqualTo(3);
    }
  }

  /** Several spaces made at once let as many go on, not one. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void aBulkRemovalLetsAllGoOn(Mode mode, ThreadKind kind) {
    BoundedQueue<Integer> q = Queues.of(mode, 3, 1, 2, 3);
    List<Task<Void>> putters = new ArrayList<>();
    for (int i = 10; i < 13; i++) {
      putters.add(Queues.putter(kind, q, i));
    }
    q.clear();
    Task.results(putters);
    assertThat(q).containsExactlyInAnyOrder(10, 11, 12);
  }

  /** A taker that leaves does not take the call along that was made for another. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void whoLeavesPassesTheCallOn(Mode mode, ThreadKind kind) throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      BoundedQueue<Integer> q = Queues.of(mode, 2);
      Task<Integer> first = Task.call(kind, q::take);
      Task<Integer> second = Task.call(kind, q::take);
      Thread.yield();
      Task<Void> interrupter = Task.run(kind, first::interrupt);
      q.put(1);
      interrupter.result();
      if (first.failure() == null) {
        q.put(2);
        assertThat(first.result() + second.result()).isEqualTo(3);
      } else {
        assertThat(second.result()).isEqualTo(1);
      }
      assertThat(q).isEmpty();
    }
  }

  // Looking, and removing from the inside

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void removalFromTheInsideKeepsTheOrder(Mode mode) {
    for (int turn = 0; turn < 8; turn++) { // so that the ring wraps at every place
      for (int victim = 0; victim < 5; victim++) {
        BoundedQueue<Integer> q = Queues.of(mode, 5);
        for (int i = 0; i < turn; i++) {
          q.add(i);
          q.remove();
        }
        List<Integer> expected = new ArrayList<>(List.of(10, 11, 12, 13, 14));
        q.addAll(expected);
        assertThat(q.remove(10 + victim)).isTrue();
        expected.remove(victim);
        assertThat(q).containsExactlyElementsOf(expected);
        assertThat(q.remove(10 + victim)).isFalse();
        assertThat(q.offer(15)).isTrue();
        expected.add(15);
        assertThat(Queues.drained(q)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void removeIfTakesOutAllThatMatch(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 8, 0, 1);
    q.remove();
    q.remove();
    q.addAll(List.of(1, 2, 3, 4, 5, 6, 7, 8));
    assertThat(q.removeIf(e -> e > 8)).isFalse();
    assertThat(q.removeIf(e -> e % 3 == 0)).isTrue();
    assertThat(q).containsExactly(1, 2, 4, 5, 7, 8);
    assertThat(q.retainAll(List.of(2, 4, 8))).isTrue();
    assertThat(q.remainingCapacity()).isEqualTo(5);
    assertThat(q.removeIf(e -> true)).isTrue();
    assertThat(q.remainingCapacity()).isEqualTo(8);
    assertThat(q.peek()).isNull();
  }

  /** Of equal elements, an iterator removes the one it stands at. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void anIteratorRemovesTheVeryElement(Mode mode) {
    String a = "a";
    BoundedQueue<String> q = Queues.of(mode, 6, a, "b", a, "c", a);
    Iterator<String> i = q.iterator();
    assertThatIllegalStateException().isThrownBy(i::remove);
    i.next();
    i.next();
    i.next();
    i.remove();
    assertThatIllegalStateException().isThrownBy(i::remove);
    assertThat(q).containsExactly(a, "b", "c", a);
    i.next();
    i.next();
    i.remove();
    assertThat(q).containsExactly(a, "b", "c");
    assertThat(i.hasNext()).isFalse();
    assertThatThrownBy(i::next).isInstanceOf(NoSuchElementException.class);
  }

  /** Whatever happened meanwhile, an iterator removes its element or, if that has gone, none. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void anIteratorFindsItsElementAgain(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 8, 1, 2, 3, 4, 5);
    Iterator<Integer> i = q.iterator();
    assertThat(i.next()).isEqualTo(1);
    assertThat(i.next()).isEqualTo(2);
    q.remove(4); // moves those in front of it
    q.poll();
    q.add(6);
    i.remove();
    assertThat(q).containsExactly(3, 5, 6);
    assertThat(i.next()).isEqualTo(3);
    q.poll();
    q.add(3); // another one
    i.remove();
    assertThat(q).containsExactly(5, 6, 3);
    assertThat(i.next()).isEqualTo(4); // as it was when the iterator was made
    i.remove();
    assertThat(q).containsExactly(5, 6, 3);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void aCopyIsACopy(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 4, 1, 2);
    Object[] all = q.toArray();
    all[0] = 7;
    Integer[] roomy = q.toArray(new Integer[] {5, 5, 5, 5});
    assertThat(roomy).containsExactly(1, 2, null, 5);
    assertThat(q.toArray(new Integer[0])).containsExactly(1, 2);
    assertThat(q.toString()).isEqualTo("[1, 2]");
    assertThat(q.stream().mapToInt(e -> e).sum()).isEqualTo(3);
    assertThatThrownBy(() -> q.toArray(new String[0])).isInstanceOf(ArrayStoreException.class);
    assertThat(Collections.max(q)).isEqualTo(2);
  }

  // Garbage

  /** What has left the queue, in any way, is not kept alive by it. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void whatHasLeftIsForgotten(Mode mode) {
    BoundedQueue<Object[]> q = Queues.of(mode, 6);
    for (Call removal :
        List.<Call>of(
            any -> q.poll(),
            any -> q.removeIf(e -> true),
            any -> q.drainTo(new ArrayList<>()),
            any -> q.closeNow())) {
      for (int i = 0; i < 5; i++) {
        q.offer(new Object[0]);
      }
      try {
        removal.on(null);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      q.removeIf(e -> true);
    }
    int fresh = Reachable.libraryObjects(Queues.of(mode, 6));
    assertThat(Reachable.libraryObjects(q)).isEqualTo(fresh);
  }
}
