package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of the caller inside a call: it may throw, and may use the queue. */
@SuppressWarnings("CollectionIncompatibleType") // what is tested
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueCallbackTest {

  /** What the callbacks below throw. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Equal to nothing: throws instead. */
  private static final class Touchy {
    @Override
    public boolean equals(Object o) {
      throw new Refusal();
    }

    @Override
    public int hashCode() {
      throw new Refusal();
    }
  }

  /** Takes some elements, then throws; or does something else at each. */
  private static final class Basket<E> extends AbstractCollection<E> {
    private final List<E> taken = new ArrayList<>();
    private final Predicate<E> welcome;

    Basket(Predicate<E> welcome) {
      this.welcome = welcome;
    }

    @Override
    public boolean add(E e) {
      if (!welcome.test(e)) {
        throw new Refusal();
      }
      return taken.add(e);
    }

    @Override
    public Iterator<E> iterator() {
      return taken.iterator();
    }

    @Override
    public int size() {
      return taken.size();
    }
  }

  private static boolean refuse() {
    throw new Refusal();
  }

  /** Nothing is lost, no space is lost, and the queue works on. */
  private static void assertIntact(BoundedQueue<Integer> q, Integer... expected) {
    assertThat(q).containsExactly(expected);
    assertThat(q.remainingCapacity()).isEqualTo(5 - expected.length);
    int room = q.remainingCapacity();
    for (int i = 0; i < room; i++) {
      assertThat(q.offer(100 + i)).isTrue();
    }
    assertThat(q.offer(0)).isFalse();
    List<Integer> out = Queues.drained(q);
    assertThat(out).startsWith(expected).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void whatThrowsRemovesNothing(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 5);
    List<ThrowingCallable> calls =
        List.of(
            () -> q.remove(new Touchy()),
            () -> q.contains(new Touchy()),
            () -> q.removeIf(e -> e == 2 && refuse()),
            () -> q.removeAll(touchy()),
            () -> q.forEach(e -> refuse()));
    for (ThrowingCallable call : calls) {
      q.clear();
      q.addAll(List.of(1, 2, 3));
      assertThatExceptionOfType(Refusal.class).isThrownBy(call);
      assertIntact(q, 1, 2, 3);
    }
  }

  /** A collection of which nobody may ask whether it contains something. */
  private static List<Touchy> touchy() {
    return new ArrayList<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public boolean contains(Object o) {
        throw new Refusal();
      }
    };
  }

  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void whatACollectionRefusesReturnsToTheFront(Mode mode) throws InterruptedException {
    for (int turn = 0; turn < 6; turn++) {
      BoundedQueue<Integer> q = Queues.of(mode, 5);
      for (int i = 0; i < turn; i++) {
        q.add(i);
        q.remove();
      }
      q.addAll(List.of(1, 2, 3, 4));
      Basket<Integer> basket = new Basket<>(e -> e < 2);
      assertThatExceptionOfType(Refusal.class).isThrownBy(() -> q.drainTo(basket, 3));
      assertThat(basket).containsExactly(1);
      assertIntact(q, 2, 3, 4);
    }
  }

  /** Those who wait for an element get those that return. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void whatReturnsCallsATaker(Mode mode, ThreadKind kind) {
    BoundedQueue<Integer> q = Queues.of(mode, 2, 1, 2);
    List<Task<Integer>> takers = new ArrayList<>();
    Basket<Integer> basket =
        new Basket<>(
            e -> {
              takers.add(Queues.taker(kind, q));
              takers.add(Queues.taker(kind, q));
              return false;
            });
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> q.drainTo(basket));
    assertThat(Task.results(takers)).containsExactlyInAnyOrder(1, 2);
    assertThat(q.remainingCapacity()).isEqualTo(2);
  }

  /** What is on its way to a collection may come back, so the end waits for it. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void theEndWaitsForADrainingThatMayFail(Mode mode, ThreadKind kind) throws Exception {
    BoundedQueue<Integer> q = Queues.of(mode, 2, 1, 2);
    List<Task<Integer>> takers = new ArrayList<>();
    Basket<Integer> basket =
        new Basket<>(
            e -> {
              assertThat(q.remainingCapacity()).isZero();
              assertThat(q.offer(3)).isFalse();
              takers.add(Queues.taker(kind, q));
              if (e == 1) {
                q.close();
                try {
                  assertThat(q.awaitDrained(Duration.ofMillis(2))).isFalse();
                } catch (InterruptedException never) {
                  throw new AssertionError(never);
                }
                return true;
              }
              assertThat(q.closeNow()).isEmpty();
              return false;
            });
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> q.drainTo(basket));
    assertThat(basket).containsExactly(1);
    Task.firstDone(takers);
    assertThat(q.awaitDrained(Duration.ofDays(1))).isTrue();
    assertThat(takers.stream().map(Task::failure).filter(Objects::isNull)).hasSize(1);
    assertThat(takers.stream().map(Task::failure).filter(QueueClosedException.class::isInstance))
        .hasSize(1);
  }

  /** Nothing is locked while code of the caller runs. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void callbacksMayUseTheQueue(Mode mode) {
    BoundedQueue<Integer> q = Queues.of(mode, 5, 1, 2, 3, 4);
    assertThat(q.removeIf(e -> e == 2 && q.remove(3) && q.contains(2))).isTrue();
    assertThat(q).containsExactly(1, 4);
    Basket<Integer> basket = new Basket<>(e -> !q.contains(e) && q.offer(e + 10));
    assertThat(q.drainTo(basket)).isEqualTo(2);
    assertThat(q).containsExactly(11, 14);
    assertThat(q.remainingCapacity()).isEqualTo(3);
  }

  /** Two queues emptied into each other do not wait for each other's locks. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void twoQueuesCanBeDrainedIntoEachOther(Mode mode, ThreadKind kind) {
    BoundedQueue<Integer> a = Queues.of(mode, 20, 1, 2, 3);
    BoundedQueue<Integer> b = Queues.of(mode, 20, 4, 5, 6);
    List<Task<Void>> tasks = new ArrayList<>();
    for (boolean there : new boolean[] {true, false, true, false}) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  if (there) {
                    a.drainTo(b);
                  } else {
                    b.drainTo(a);
                  }
                }
              }));
    }
    Task.results(tasks);
    a.drainTo(b);
    assertThat(b).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    assertThat(a.remainingCapacity()).isEqualTo(20);
  }
}
