package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.seinpaal.CountingSemaphore.Holder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is said to hold permits. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HoldersTest {

  /** A way to acquire guarded permits; those without a count take one. */
  enum Form {
    ACQUIRE {
      @Override
      Permit acquire(CountingSemaphore s, int permits) throws InterruptedException {
        return s.acquirePermit();
      }
    },
    ACQUIRE_N {
      @Override
      Permit acquire(CountingSemaphore s, int permits) throws InterruptedException {
        return s.acquirePermit(permits);
      }
    },
    UNINTERRUPTIBLY {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.acquirePermitUninterruptibly();
      }
    },
    UNINTERRUPTIBLY_N {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.acquirePermitUninterruptibly(permits);
      }
    },
    AT_ONCE {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.tryAcquirePermit();
      }
    },
    AT_ONCE_N {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.tryAcquirePermit(permits);
      }
    },
    DURATION {
      @Override
      Permit acquire(CountingSemaphore s, int permits) throws InterruptedException {
        return s.tryAcquirePermit(Duration.ofMinutes(1));
      }
    },
    DURATION_N {
      @Override
      Permit acquire(CountingSemaphore s, int permits) throws InterruptedException {
        return s.tryAcquirePermit(permits, Duration.ofMinutes(1));
      }
    },
    ASYNC {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.acquireAsync().join();
      }
    },
    ASYNC_N {
      @Override
      Permit acquire(CountingSemaphore s, int permits) {
        return s.acquireAsync(permits).join();
      }
    };

    abstract Permit acquire(CountingSemaphore s, int permits) throws InterruptedException;
  }

  static Stream<Arguments> forms() {
    return Cases.kinds()
        .flatMap(c -> Stream.of(Form.values()).map(f -> Arguments.of(c.get()[0], c.get()[1], f)));
  }

  /** A guard shows who acquired it, how many permits it guards and since when, until closed. */
  @ParameterizedTest
  @MethodSource("forms")
  void guardIsShownUntilClosed(Mode mode, ThreadKind kind, Form form) {
    CountingSemaphore s = mode.builder(5).trackHolders(true).build();
    Instant before = Instant.now();
    Task<Permit> acquirer = Task.call(kind, () -> form.acquire(s, 3));
    Permit permit = acquirer.result();
    assertThat(s.holders()).hasSize(1);
    Holder holder = s.holders().get(0);
    assertThat(holder.thread()).isSameAs(acquirer.thread());
    assertThat(holder.permits()).isEqualTo(permit.count());
    assertThat(holder.since()).isBetween(before, Instant.now());
    permit.close();
    assertThat(s.holders()).isEmpty();
  }

  /** Who does not ask for it is shown nobody. */
  @ParameterizedTest
  @MethodSource("forms")
  void nobodyIsShownUnlessAskedFor(Mode mode, ThreadKind kind, Form form) {
    for (CountingSemaphore s :
        List.of(
            mode.with(5),
            mode.builder(5).build(),
            mode.builder(5).trackHolders(true).trackHolders(false).build())) {
      Permit permit = Task.call(kind, () -> form.acquire(s, 3)).result();
      assertThat(s.holders()).isEmpty();
      if (permit.count() > 1) {
        permit.split(1);
        assertThat(s.holders()).isEmpty();
      }
    }
  }

  /** Permits without a guard, and guards of nothing, are not shown. */
  @ParameterizedTest
  @EnumSource
  void onlyGuardsAreShown(Mode mode) throws InterruptedException {
    CountingSemaphore s = mode.builder(5).trackHolders(true).build();
    s.acquire(2);
    assertThat(s.tryAcquire()).isTrue();
    assertThat(s.acquirePermit(0).count()).isZero();
    assertThat(s.acquireAsync(0).join().count()).isZero();
    assertThat(s.tryAcquirePermit(9)).isNull();
    assertThat(s.holders()).isEmpty();
  }

  /** A guard that was split is two, both of who acquired it, since then. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void partsOfASplitGuardAreShown(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.builder(9).trackHolders(true).build();
    Task<Permit> acquirer = Task.call(kind, () -> s.acquirePermit(6));
    Permit whole = acquirer.result();
    Instant since = s.holders().get(0).since();
    Permit part = whole.split(2);
    assertThat(s.holders())
        .containsExactlyInAnyOrder(
            new Holder(acquirer.thread(), 4, since), new Holder(acquirer.thread(), 2, since));
    whole.close();
    assertThat(s.holders()).containsExactly(new Holder(acquirer.thread(), 2, since));
    Task.run(kind, part::close).result();
    assertThat(s.holders()).isEmpty();
  }

  /** A guard that was given up holds nothing any more. */
  @ParameterizedTest
  @EnumSource
  void forgottenGuardIsNotShown(Mode mode) {
    CountingSemaphore s = mode.builder(9).trackHolders(true).build();
    Permit permit = s.tryAcquirePermit(6);
    Permit part = permit.split(2);
    assertThat(permit.forget()).isEqualTo(4);
    assertThat(s.holders()).extracting(Holder::permits).containsExactly(2);
    part.close();
    assertThat(s.holders()).isEmpty();
  }

  /** A guard whose permits somebody else has released is not shown once it is closed. */
  @ParameterizedTest
  @EnumSource
  void guardWhoseReleaseIsRefusedIsNotShown(Mode mode) {
    CountingSemaphore s = mode.builder(1).maxPermits(1).trackHolders(true).build();
    Permit permit = s.tryAcquirePermit();
    s.release();
    assertThatIllegalStateException().isThrownBy(permit::close);
    assertThat(s.holders()).isEmpty();
  }

  /** The guard of a future is held by who asked for it, from the moment it is there. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void futureIsHeldByWhoAskedForIt(Mode mode, ThreadKind kind) {
    Deque<Runnable> tasks = new ArrayDeque<>();
    CountingSemaphore s = mode.builder(0).trackHolders(true).executor(tasks::add).build();
    Task<CompletableFuture<Permit>> requester = Task.call(kind, () -> s.acquireAsync(2));
    CompletableFuture<Permit> future = requester.result();
    assertThat(s.holders()).isEmpty();
    s.release(2);
    Instant granted = Instant.now();
    tasks.remove().run();
    Holder holder = s.holders().get(0);
    assertThat(holder.thread()).isSameAs(requester.thread());
    assertThat(holder.permits()).isEqualTo(2);
    assertThat(holder.since()).isBetween(granted, Instant.now());
    future.join().close();
    assertThat(s.holders()).isEmpty();
  }

  /** A future cancelled after the grant holds nothing. */
  @ParameterizedTest
  @EnumSource
  void cancelledFutureIsNotShown(Mode mode) {
    Deque<Runnable> tasks = new ArrayDeque<>();
    CountingSemaphore s = mode.builder(2).trackHolders(true).executor(tasks::add).build();
    CompletableFuture<Permit> future = s.acquireAsync(2);
    future.cancel(true);
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(s.holders()).isEmpty();
    assertThat(s.availablePermits()).isEqualTo(2);
  }

  /** Who has held for longest comes first, and the list is the caller's own. */
  @ParameterizedTest
  @EnumSource
  void longestHeldComesFirst(Mode mode) {
    CountingSemaphore s = mode.builder(20).trackHolders(true).build();
    List<Permit> permits = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Instant last = Instant.now();
      Await.until("the clock ticks", () -> Instant.now().isAfter(last));
      permits.add(s.tryAcquirePermit(i));
    }
    List<Holder> holders = s.holders();
    assertThat(holders).extracting(Holder::permits).containsExactly(1, 2, 3, 4, 5);
    permits.forEach(Permit::close);
    assertThat(holders).hasSize(5);
    holders.clear();
    assertThat(s.holders()).isEmpty();
  }

  /** A guard that holds nothing any more is not kept alive, however it came to that. */
  @ParameterizedTest
  @EnumSource
  void semaphoreDoesNotKeepClosedGuards(Mode mode) {
    Deque<Runnable> tasks = new ArrayDeque<>();
    CountingSemaphore s =
        mode.builder(9).maxPermits(9).trackHolders(true).executor(tasks::add).build();
    int before = Reachable.libraryObjects(s);
    s.tryAcquirePermit(2).close();
    Permit whole = s.tryAcquirePermit(3);
    assertThat(Reachable.libraryObjects(s)).isGreaterThan(before);
    assertThatIllegalArgumentException().isThrownBy(() -> whole.split(3));
    whole.split(1).close();
    assertThat(whole.forget()).isEqualTo(2);
    assertThatIllegalStateException().isThrownBy(() -> whole.split(1));
    s.release(2);
    CompletableFuture<Permit> future = s.acquireAsync();
    future.cancel(true);
    tasks.remove().run();
    Permit overrun = s.tryAcquirePermit();
    s.release();
    assertThatIllegalStateException().isThrownBy(overrun::close);
    assertThat(Reachable.libraryObjects(s)).isEqualTo(before);
  }

  /** Nobody is left behind, nor shown with more than there is, whatever is done at once. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void nobodyIsLeftBehind(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.builder(8).maxPermits(8).trackHolders(true).build();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 500; i++) {
                  try (Permit permit = s.acquirePermit(1 + random.nextInt(3));
                      Permit part = permit.count() > 1 ? permit.split(1) : null) {
                    assertThat(s.holders())
                        .allMatch(h -> h.permits() >= 1 && h.permits() <= 3)
                        .anyMatch(h -> h.thread() == Thread.currentThread());
                    if (part != null && random.nextBoolean()) {
                      s.release(part.forget());
                    }
                  }
                }
              }));
    }
    Task.results(tasks);
    assertThat(s.holders()).isEmpty();
    assertThat(s.availablePermits()).isEqualTo(8);
  }
}
