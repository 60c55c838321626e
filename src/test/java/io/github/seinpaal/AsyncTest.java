package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Futures in the queue: granted like threads, completed elsewhere, and gone when they are done. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("FutureReturnValueIgnored") // stages tell by what they do
class AsyncTest {

  /** The ways to be done with a future without the semaphore. */
  enum Departure {
    CANCEL(f -> f.cancel(true), CancellationException.class),
    COMPLETE(f -> f.complete(null), null),
    FAIL(f -> f.completeExceptionally(new ArithmeticException()), ArithmeticException.class),
    TIME_OUT(f -> f.orTimeout(1, NANOSECONDS), TimeoutException.class),
    COMPLETE_ON_TIMEOUT(f -> f.completeOnTimeout(null, 1, NANOSECONDS), null),
    COMPLETE_ASYNC(f -> f.completeAsync(() -> null), null),
    OBTRUDE(f -> f.obtrudeValue(null), null),
    OBTRUDE_FAILURE(f -> f.obtrudeException(new ArithmeticException()), ArithmeticException.class);

    private final Consumer<CompletableFuture<Permit>> call;
    private final Class<? extends Throwable> failure; // or null if there is a value then

    Departure(Consumer<CompletableFuture<Permit>> call, Class<? extends Throwable> failure) {
      this.call = call;
      this.failure = failure;
    }

    /** Ends the future and returns once it is done. */
    void end(CompletableFuture<Permit> future) {
      call.accept(future);
      if (failure == null) {
        assertThat(Futures.value(future)).isNull();
      } else {
        assertThat(Futures.failure(future)).isInstanceOf(failure);
      }
    }

    /** Whether the thread that calls it does all of it. */
    boolean immediate() {
      return this != TIME_OUT && this != COMPLETE_ON_TIMEOUT && this != COMPLETE_ASYNC;
    }
  }

  static Stream<Arguments> departures() {
    return Cases.modes()
        .flatMap(mode -> Stream.of(Departure.values()).map(d -> Arguments.of(mode, d)));
  }

  // What is given, when and where

  /** Free permits are taken at the call; the guard of them is given in the executor. */
  @ParameterizedTest
  @EnumSource
  void freePermitsAreTakenAtTheCall(Mode mode) {
    Futures.ManualExecutor executor = new Futures.ManualExecutor();
    CountingSemaphore s = mode.builder(4).maxPermits(4).executor(executor).build();
    CompletableFuture<Permit> one = s.acquireAsync();
    CompletableFuture<Permit> three = s.acquireAsync(3);
    assertThat(s.availablePermits()).isZero();
    assertThat(s.getQueueLength()).isZero();
    assertThat(one).isNotDone();
    assertThat(three).isNotDone();
    executor.runOne();
    assertThat(one).isCompleted();
    assertThat(three).isNotDone();
    executor.runAll();
    assertThat(one.join().count()).isOne();
    assertThat(three.join().count()).isEqualTo(3);
    assertThat(three.join().semaphore()).isSameAs(s);
    three.join().close();
    assertThat(s.availablePermits()).isEqualTo(3);
    one.join().close();
    three.join().close();
    assertThat(s.availablePermits()).isEqualTo(4);
  }

  /** What is not free is waited for in the queue; the release takes it, the executor gives it. */
  @ParameterizedTest
  @EnumSource
  void grantIsGivenInTheExecutor(Mode mode) {
    Futures.ManualExecutor executor = new Futures.ManualExecutor();
    CountingSemaphore s = mode.builder(1).executor(executor).build();
    CompletableFuture<Permit> future = s.acquireAsync(3);
    assertThat(s.getQueueLength()).isOne();
    s.release();
    assertThat(s.getQueueLength()).isOne();
    assertThat(executor.size()).isZero();
    s.release(2);
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isOne();
    assertThat(future).isNotDone();
    executor.runAll();
    assertThat(future.join().count()).isEqualTo(3);
  }

  /** Where no executor was named, nothing of a future runs in the thread that causes it. */
  @ParameterizedTest
  @EnumSource
  void nothingRunsInTheReleasingThread(Mode mode) {
    Thread here = Thread.currentThread();
    for (int round = 0; round < 100; round++) {
      CountingSemaphore s = mode.with(0, 5);
      List<CompletableFuture<Permit>> futures = new ArrayList<>();
      List<CompletableFuture<Thread>> threads = new ArrayList<>();
      for (int n : new int[] {1, 2, 5, 1, 1}) {
        CompletableFuture<Permit> future = s.acquireAsync(n);
        futures.add(future);
        threads.add(future.handle((permit, failure) -> Thread.currentThread()));
      }
      s.release(3);
      s.setMaxPermits(3); // the third has become impossible
      s.shutdown();
      threads.forEach(thread -> assertThat(Futures.value(thread)).isNotSameAs(here));
      Futures.value(futures.get(0));
      Futures.value(futures.get(1));
      for (int i : new int[] {2, 3, 4}) {
        assertThat(Futures.failure(futures.get(i))).isInstanceOf(PermitsUnavailableException.class);
      }
      assertThat(s.availablePermits()).isEqualTo(-2);
    }
  }

  /** A refusal too is given in the executor, at the call and in the queue. */
  @ParameterizedTest
  @EnumSource
  void refusalIsGivenInTheExecutor(Mode mode) {
    Futures.ManualExecutor executor = new Futures.ManualExecutor();
    CountingSemaphore s = mode.builder(0).maxPermits(3).name("dock").executor(executor).build();
    List<CompletableFuture<Permit>> futures = new ArrayList<>();
    futures.add(s.acquireAsync(4));
    futures.add(s.acquireAsync(3));
    futures.add(s.acquireAsync(2));
    s.setMaxPermits(2);
    s.shutdown();
    futures.add(s.acquireAsync());
    assertThat(s.getQueueLength()).isZero();
    assertThat(Futures.done(futures)).isZero();
    executor.runAll();
    for (CompletableFuture<Permit> future : futures) {
      assertThat(future).isDone();
      assertThat(Futures.failure(future))
          .isInstanceOf(PermitsUnavailableException.class)
          .hasMessageContaining("dock");
    }
  }

  /** A negative number is refused at the call; zero permits are given whatever there is. */
  @ParameterizedTest
  @EnumSource
  void countsAreChecked(Mode mode) {
    for (CountingSemaphore s :
        List.of(mode.with(1), mode.with(0), mode.with(-1), mode.with(1, 1))) {
      int before = s.availablePermits();
      assertThatIllegalArgumentException().isThrownBy(() -> s.acquireAsync(-1));
      CompletableFuture<Permit> queued = s.acquireAsync();
      Permit nothing = Futures.value(s.acquireAsync(0));
      assertThat(nothing.count()).isZero();
      nothing.close();
      queued.cancel(false);
      Await.until("all is back", () -> s.availablePermits() == before || queued.isDone());
    }
  }

  /** A request pays no heed to an interrupt of the thread that makes it. */
  @ParameterizedTest
  @EnumSource
  void interruptIsLeftAlone(Mode mode) {
    CountingSemaphore s = mode.with(1);
    Thread.currentThread().interrupt();
    CompletableFuture<Permit> first = s.acquireAsync();
    CompletableFuture<Permit> second = s.acquireAsync();
    assertThat(Thread.interrupted()).isTrue();
    Futures.value(first).close();
    Futures.value(second).close();
    assertThat(s.availablePermits()).isOne();
  }

  /** The length of the queue counts futures; the threads are threads only. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void futuresAreCountedInTheQueue(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Permit> first = s.acquireAsync();
    assertThat(s.getQueueLength()).isOne();
    assertThat(s.getQueuedThreads()).isEmpty();
    Task<Boolean> waiter = Task.queue(kind, s, 1);
    CompletableFuture<Permit> second = s.acquireAsync();
    Await.queued(s, 3);
    assertThat(s.getQueuedThreads()).containsExactly(waiter.thread());
    s.release(3);
    Futures.value(first);
    Futures.value(second);
    assertThat(waiter.result()).isTrue();
    Await.queued(s, 0);
  }

  // One queue

  /** In fair mode futures and threads are served in the order in which they came. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void futuresAndThreadsShareOneOrder(ThreadKind kind) {
    CountingSemaphore s = Mode.FAIR.with(0);
    List<Task<Boolean>> tasks = new ArrayList<>();
    List<CompletableFuture<Permit>> futures = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      futures.add(s.acquireAsync(1 + i % 3));
      tasks.add(Task.queue(kind, s, 3 - i % 3));
    }
    for (int i = 0; i < 6; i++) {
      s.release(1 + i % 3);
      assertThat(Futures.value(futures.get(i)).count()).isEqualTo(1 + i % 3);
      assertThat(Task.done(tasks)).isEqualTo(i);
      s.release(3 - i % 3);
      assertThat(tasks.get(i).result()).isTrue();
      assertThat(Futures.done(futures)).isEqualTo(i + 1);
    }
    assertThat(s.availablePermits()).isZero();
  }

  /** The permits that a future at the head waits for are promised to it: nobody barges. */
  @ParameterizedTest
  @EnumSource
  void permitsArePromisedToAFutureAtTheHead(Mode mode) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Permit> head = s.acquireAsync(3);
    for (int i = 1; i < 3; i++) {
      s.release();
      assertThat(s.availablePermits()).isEqualTo(i);
      assertThat(s.tryAcquire()).isFalse();
      assertThat(s.drainPermits()).isZero();
    }
    s.release();
    assertThat(Futures.value(head).count()).isEqualTo(3);
    assertThat(s.availablePermits()).isZero();
  }

  /** A future behind a thread that leaves is promised the next permits in its turn. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void futureIsServedWhenTheThreadInFrontLeaves(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    Task<Boolean> head = Task.queue(kind, s, 3);
    CompletableFuture<Permit> next = s.acquireAsync(2);
    CompletableFuture<Permit> last = s.acquireAsync(1);
    Await.queued(s, 3);
    s.release(2);
    assertThat(Futures.done(List.of(next, last))).isZero();
    head.interrupt();
    assertThat(head.failure()).isInstanceOf(InterruptedException.class);
    assertThat(Futures.value(next).count()).isEqualTo(2);
    assertThat(last).isNotDone();
    next.join().split(1).close();
    assertThat(Futures.value(last).count()).isOne();
  }

  /** One release serves a crowd of futures. */
  @ParameterizedTest
  @EnumSource
  void oneReleaseServesACrowd(Mode mode) {
    CountingSemaphore s = mode.with(0);
    List<CompletableFuture<Permit>> futures = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      futures.add(s.acquireAsync());
    }
    s.release(10_001);
    futures.forEach(future -> assertThat(Futures.value(future).count()).isOne());
    assertThat(s.availablePermits()).isOne();
    assertThat(s.getQueueLength()).isZero();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
  }

  // Leaving

  /** A future that is done, however that came, is out of the way of those behind it. */
  @ParameterizedTest
  @MethodSource("departures")
  void doneFutureLetsOthersRun(Mode mode, Departure departure) {
    CountingSemaphore s = mode.with(3);
    CompletableFuture<Permit> head = s.acquireAsync(5);
    Task<Boolean> thread = Task.queue(ThreadKind.PLATFORM, s, 2);
    CompletableFuture<Permit> next = s.acquireAsync(1);
    Await.queued(s, 3);
    departure.end(head);
    assertThat(thread.result()).isTrue();
    assertThat(Futures.value(next).count()).isOne();
    Await.queued(s, 0);
    assertThat(s.availablePermits()).isZero();
  }

  /** When the call that ends a future returns, its request counts for nobody any more. */
  @ParameterizedTest
  @MethodSource("departures")
  void doneFutureNoLongerCounts(Mode mode, Departure departure) {
    if (!departure.immediate()) {
      return;
    }
    for (int round = 0; round < 300; round++) {
      CountingSemaphore s = mode.with(2, 9);
      CompletableFuture<Permit> head = s.acquireAsync(5);
      CompletableFuture<Permit> other = s.acquireAsync(9);
      departure.end(other);
      assertThat(s.getQueueLength()).isOne();
      departure.end(head);
      assertThat(s.getQueueLength()).isZero();
      assertThat(s.tryAcquire(2)).isTrue();
      s.release(2);
      assertThat(s.tryAcquire(2)).isTrue();
      assertThat(s.availablePermits()).isZero();
    }
  }

  /** What follows on the end of a future finds it out of its way already. */
  @ParameterizedTest
  @MethodSource("departures")
  void followUpOfADoneFutureCanAcquire(Mode mode, Departure departure) {
    CountingSemaphore s = mode.with(3);
    CompletableFuture<Permit> head = s.acquireAsync(5);
    CompletableFuture<Boolean> followUp =
        head.handle(
            (permit, failure) -> {
              try {
                return s.tryAcquire(3, 10, SECONDS);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    departure.end(head);
    assertThat(Futures.value(followUp)).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Cancelling what depends on a future does not cancel the request. */
  @ParameterizedTest
  @EnumSource
  void cancelledDependentLeavesTheRequest(Mode mode) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Permit> future = s.acquireAsync();
    assertThat(future.thenApply(Permit::count).cancel(true)).isTrue();
    assertThat(future.copy().cancel(true)).isTrue();
    assertThat(future.minimalCompletionStage().toCompletableFuture().cancel(true)).isTrue();
    assertThat(s.getQueueLength()).isOne();
    assertThat(future).isNotDone();
    s.release();
    assertThat(Futures.value(future).count()).isOne();
    assertThat(s.availablePermits()).isZero();
  }

  /** Completed with the guard of somebody else, a future gives that one, and it stays open. */
  @ParameterizedTest
  @EnumSource
  void foreignPermitStaysOpen(Mode mode) {
    CountingSemaphore other = mode.with(1);
    Permit foreign = other.tryAcquirePermit();
    CountingSemaphore s = mode.with(0, 1);
    CompletableFuture<Permit> future = s.acquireAsync();
    CompletableFuture<Permit> next = s.acquireAsync();
    assertThat(future.complete(foreign)).isTrue();
    s.release();
    assertThat(Futures.value(next).semaphore()).isSameAs(s);
    assertThat(future.join()).isSameAs(foreign);
    assertThat(foreign.count()).isOne();
    assertThat(other.availablePermits()).isZero();
    assertThat(s.getQueueLength()).isZero();
  }

  /** A grant that is on its way when the future is cancelled goes to the next. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void grantOnItsWayGoesToTheNext(Mode mode, ThreadKind kind) {
    Futures.ManualExecutor executor = new Futures.ManualExecutor();
    CountingSemaphore s = mode.builder(0).maxPermits(5).executor(executor).build();
    CompletableFuture<Permit> future = s.acquireAsync(2);
    Task<Boolean> next = Task.queue(kind, s, 2);
    s.release(2);
    assertThat(executor.size()).isOne();
    assertThat(future.cancel(false)).isTrue();
    executor.runAll();
    assertThat(next.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
    s.release(2);

    CompletableFuture<Permit> free = s.acquireAsync(2);
    assertThat(free.cancel(false)).isTrue();
    executor.runAll();
    assertThat(s.availablePermits()).isEqualTo(2);
    s.release(3);
    assertThat(s.availablePermits()).isEqualTo(5);
  }

  /** Grant and cancellation at the same time: one of them wins, and the permit goes on. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void grantAgainstCancelHasOneWinner(Mode mode, ThreadKind kind) {
    Random random = new Random(5);
    int cancelled = 0;
    int rounds = 2_000;
    CountingSemaphore s = mode.with(0, 2);
    AtomicInteger ready = new AtomicInteger();
    AtomicInteger released = new AtomicInteger();
    Task<Void> releaser =
        Task.run(
            kind,
            () -> {
              for (int r = 1; r <= rounds; r++) {
                int round = r;
                Await.until("the round begins", () -> ready.get() >= round);
                s.release();
                released.set(round);
              }
            });
    for (int r = 1; r <= rounds; r++) {
      CompletableFuture<Permit> future = s.acquireAsync();
      boolean another = random.nextBoolean();
      CompletableFuture<Permit> next = another ? s.acquireAsync() : null;
      ready.set(r);
      Await.within(random.nextInt(20_000), future::isDone);
      future.cancel(false);
      int round = r;
      Await.until("the release is over", () -> released.get() == round);
      if (future.isCancelled()) {
        cancelled++;
        if (another) {
          Futures.value(next).forget();
        } else {
          Await.until("the permit is free", () -> s.availablePermits() == 1);
          assertThat(s.tryAcquire()).isTrue();
        }
      } else {
        assertThat(future.join().forget()).isOne();
        if (another) {
          assertThat(next).isNotDone();
          next.cancel(true);
        }
      }
      assertThat(s.availablePermits()).isZero();
      assertThat(s.getQueueLength()).isZero();
    }
    releaser.result();
    assertThat(cancelled).isBetween(1, rounds);
  }

  /** 64,000 futures leave in random order, each in a time that does not depend on the others. */
  @ParameterizedTest
  @EnumSource
  void crowdIsCancelledWithoutQuadraticSweep(Mode mode) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Permit> live = s.acquireAsync(2);
    List<CompletableFuture<Permit>> futures = new ArrayList<>();
    for (int i = 0; i < 64_000; i++) {
      futures.add(s.acquireAsync(1 + i % 3));
    }
    Collections.shuffle(futures, new Random(6));
    long start = System.nanoTime();
    futures.forEach(future -> assertThat(future.cancel(false)).isTrue());
    assertThat(System.nanoTime() - start).isLessThan(SECONDS.toNanos(10));
    assertThat(s.getQueueLength()).isOne();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
    s.release(3);
    assertThat(Futures.value(live).count()).isEqualTo(2);
    assertThat(s.availablePermits()).isOne();
  }

  // The executor

  /** An executor that rejects what it is given. */
  private static final class Rejecting implements Executor {
    private final Throwable rejection;
    private final AtomicInteger accepted;

    Rejecting(Throwable rejection, int accepted) {
      this.rejection = rejection;
      this.accepted = new AtomicInteger(accepted);
    }

    @Override
    public void execute(Runnable task) {
      if (accepted.getAndDecrement() > 0) {
        task.run();
      } else if (rejection instanceof Error error) {
        throw error;
      } else {
        throw (RuntimeException) rejection;
      }
    }
  }

  /** If the executor rejects at the call, the permits stay and the future fails. */
  @ParameterizedTest
  @EnumSource
  void rejectionAtTheCallGivesBack(Mode mode) {
    for (Throwable rejection :
        List.of(new RejectedExecutionException("full"), new LinkageError("broken"))) {
      CountingSemaphore s =
          mode.builder(3).maxPermits(3).executor(new Rejecting(rejection, 0)).build();
      assertThat(Futures.failure(s.acquireAsync(2))).isSameAs(rejection);
      assertThat(s.availablePermits()).isEqualTo(3);
      assertThat(Futures.failure(s.acquireAsync(4))).isNotNull();
      s.shutdown();
      assertThat(Futures.failure(s.acquireAsync())).isNotNull();
      assertThat(s.availablePermits()).isEqualTo(3);
      assertThat(s.getQueueLength()).isZero();
    }
  }

  /** A stage that is added to a future that is done runs, whether or not the executor likes it. */
  @ParameterizedTest
  @EnumSource
  void laterStageRunsThoughTheExecutorRejects(Mode mode) {
    RejectedExecutionException rejection = new RejectedExecutionException("full");
    CountingSemaphore s =
        mode.builder(3).maxPermits(3).executor(new Rejecting(rejection, 1)).build();
    CompletableFuture<Permit> granted = s.acquireAsync(2);
    Futures.value(granted.thenAccept(Permit::close));
    assertThat(s.availablePermits()).isEqualTo(3);
    Futures.value(granted.thenApply(Permit::count));
    Futures.value(granted.thenRun(() -> {}));
    Futures.value(granted.thenCompose(CompletableFuture::completedFuture));

    CompletableFuture<Permit> failed = s.acquireAsync(2);
    assertThat(Futures.failure(failed)).isSameAs(rejection);
    CompletableFuture<Throwable> handled = failed.handle((permit, failure) -> failure);
    assertThat(Futures.value(handled)).isSameAs(rejection);
    assertThat(Futures.value(failed.exceptionally(failure -> null))).isNull();
    AtomicReference<Throwable> seen = new AtomicReference<>();
    assertThat(Futures.failure(failed.whenComplete((permit, failure) -> seen.set(failure))))
        .isSameAs(rejection);
    assertThat(seen).hasValue(rejection);
  }

  /** If the executor rejects at the grant, the permits go to the next and the future fails. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void rejectionAtTheGrantGoesToTheNext(Mode mode, ThreadKind kind) {
    for (Throwable rejection :
        List.of(new RejectedExecutionException("full"), new LinkageError("broken"))) {
      CountingSemaphore s =
          mode.builder(0).maxPermits(3).executor(new Rejecting(rejection, 0)).build();
      List<CompletableFuture<Permit>> futures = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        futures.add(s.acquireAsync(2));
      }
      Task<Boolean> next = Task.queue(kind, s, 2);
      Task<Boolean> last = Task.queue(kind, s, 2);
      s.release(3);
      assertThat(next.result()).isTrue();
      futures.forEach(future -> assertThat(Futures.failure(future)).isSameAs(rejection));
      assertThat(s.availablePermits()).isOne();
      s.release();
      assertThat(last.result()).isTrue();
      assertThat(s.availablePermits()).isZero();
    }
  }

  /** An executor that was shut down does not keep those behind from running. */
  @ParameterizedTest
  @EnumSource
  void closedPoolLosesNothing(Mode mode) {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    CountingSemaphore s = mode.builder(0).executor(pool).build();
    CompletableFuture<Permit> first = s.acquireAsync();
    s.release();
    Futures.value(first).forget();
    CompletableFuture<Permit> second = s.acquireAsync();
    CompletableFuture<Permit> refused = s.acquireAsync();
    pool.shutdownNow();
    s.release();
    assertThat(Futures.failure(second)).isInstanceOf(RejectedExecutionException.class);
    assertThat(Futures.failure(refused)).isInstanceOf(RejectedExecutionException.class);
    Await.until("the permit is free", () -> s.tryAcquire());
    assertThat(s.availablePermits()).isZero();
  }

  /** An executor that runs a task twice, or runs it and then rejects it, gives one guard. */
  @ParameterizedTest
  @EnumSource
  void unrulyExecutorGivesOneGuard(Mode mode) {
    Executor twice =
        task -> {
          task.run();
          task.run();
        };
    Executor both =
        task -> {
          task.run();
          throw new RejectedExecutionException();
        };
    for (Executor executor : List.of(twice, both)) {
      CountingSemaphore s = mode.builder(1).maxPermits(2).executor(executor).build();
      Permit now = Futures.value(s.acquireAsync());
      assertThat(s.availablePermits()).isZero();
      CompletableFuture<Permit> queued = s.acquireAsync(2);
      s.release();
      now.close();
      assertThat(Futures.value(queued).count()).isEqualTo(2);
      assertThat(s.availablePermits()).isZero();
      queued.join().close();
      assertThat(s.availablePermits()).isEqualTo(2);
    }
  }

  /** A thread that has been granted permits goes on while a future's executor takes its time. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void slowExecutorDoesNotKeepThreadsAsleep(Mode mode, ThreadKind kind) {
    AtomicReference<Task<Boolean>> thread = new AtomicReference<>();
    AtomicBoolean inTime = new AtomicBoolean();
    Executor slow =
        task -> {
          inTime.set(Await.within(SECONDS.toNanos(5), () -> thread.get().isDone()));
          task.run();
        };
    CountingSemaphore s = mode.builder(0).executor(slow).build();
    CompletableFuture<Permit> future = s.acquireAsync();
    thread.set(Task.queue(kind, s, 1));
    s.release(2);
    assertThat(Futures.value(future).count()).isOne();
    assertThat(thread.get().result()).isTrue();
    assertThat(inTime).isTrue();
  }

  // The code that follows

  /** What a callback throws is its own affair: the guard is given, and others are served. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void throwingCallbackHarmsNobody(Mode mode, ThreadKind kind) {
    for (boolean direct : new boolean[] {false, true}) {
      CountingSemaphore.Builder builder = mode.builder(0).maxPermits(9);
      CountingSemaphore s = (direct ? builder.executor(Runnable::run) : builder).build();
      CompletableFuture<Permit> first = s.acquireAsync();
      CompletableFuture<Void> callback =
          first.thenAccept(
              permit -> {
                throw new LinkageError("thrown on purpose");
              });
      CompletableFuture<Permit> second = s.acquireAsync(2);
      Task<Boolean> third = Task.queue(kind, s, 3);
      s.release(6);
      assertThat(Futures.failure(callback)).isInstanceOf(LinkageError.class);
      assertThat(Futures.value(second).count()).isEqualTo(2);
      assertThat(third.result()).isTrue();
      assertThat(s.availablePermits()).isZero();
      first.join().close();
      assertThat(s.availablePermits()).isOne();
    }
  }

  /** A callback may wait in the same semaphore for what comes from elsewhere. */
  @ParameterizedTest
  @EnumSource
  void callbackMayBlockForAnotherThread(Mode mode) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Boolean> callback =
        s.acquireAsync()
            .thenApply(
                permit -> {
                  s.acquireUninterruptibly(2);
                  return true;
                });
    s.release();
    Await.queued(s, 1);
    s.release(2);
    assertThat(Futures.value(callback)).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** A callback may join another request of the same semaphore, many deep. */
  @ParameterizedTest
  @EnumSource
  void callbackMayJoinAnotherRequest(Mode mode) {
    CountingSemaphore s = mode.with(0);
    CompletableFuture<Integer> nested = s.acquireAsync().thenApply(permit -> joinDeeper(s, 20));
    for (int i = 0; i <= 20; i++) {
      Await.queued(s, 1);
      s.release();
    }
    assertThat(Futures.value(nested)).isEqualTo(20);
    assertThat(s.availablePermits()).isZero();
  }

  private static int joinDeeper(CountingSemaphore s, int depth) {
    return depth == 0
        ? 0
        : s.acquireAsync().thenApply(permit -> joinDeeper(s, depth - 1) + 1).join();
  }

  /** Callbacks that join a request which only another callback can serve get there. */
  @ParameterizedTest
  @EnumSource
  void callbackMayJoinWhatAnotherCallbackReleases(Mode mode) {
    for (int round = 0; round < 20; round++) {
      CountingSemaphore s = mode.with(0, 2);
      CompletableFuture<Integer> first =
          s.acquireAsync()
              .thenApply(
                  permit -> {
                    permit.close();
                    return s.acquireAsync(2).join().count();
                  });
      CompletableFuture<Void> second = s.acquireAsync().thenAccept(Permit::close);
      s.release(2);
      assertThat(Futures.value(first)).isEqualTo(2);
      Futures.value(second);
      assertThat(s.availablePermits()).isZero();
    }
  }

  /** Where callbacks run, and how many steps are worth it: the default may start a thread each. */
  private static void inSeveralExecutors(Mode mode, ObjIntConsumer<CountingSemaphore.Builder> run) {
    run.accept(mode.builder(0).maxPermits(1), 5_000);
    for (ExecutorService pool : List.of(Executors.newSingleThreadExecutor(), new ForkJoinPool(3))) {
      try {
        run.accept(mode.builder(0).maxPermits(1).executor(pool), 100_000);
      } finally {
        pool.shutdown();
      }
    }
  }

  /** 100,000 queued requests, each released by its callback, do not pile up on a stack. */
  @ParameterizedTest
  @EnumSource
  void longQueueOfCallbacksDoesNotGrowTheStack(Mode mode) {
    inSeveralExecutors(
        mode,
        (builder, steps) -> {
          CountingSemaphore s = builder.build();
          AtomicInteger depth = new AtomicInteger();
          AtomicInteger done = new AtomicInteger();
          CompletableFuture<?> last = null;
          for (int i = 0; i < steps; i++) {
            last =
                s.acquireAsync()
                    .thenAccept(
                        permit -> {
                          depth.accumulateAndGet(stackDepth(done.get()), Math::max);
                          permit.close();
                          done.incrementAndGet();
                        });
          }
          s.release();
          Futures.value(last);
          Await.until("all steps are done", () -> done.get() == steps);
          assertThat(depth.get()).isLessThan(200);
          Await.until("the permit is free", () -> s.availablePermits() == 1);
          assertThat(s.getQueueLength()).isZero();
        });
  }

  /** The depth of the stack in every 1,000th step, which is enough to see it grow. */
  private static int stackDepth(int step) {
    return step % 1_000 == 0 ? new Throwable().getStackTrace().length : 0;
  }

  /** A chain of 100,000 requests, each made by the callback of the one before, ends. */
  @ParameterizedTest
  @EnumSource
  void longChainOfRequestsDoesNotGrowTheStack(Mode mode) {
    inSeveralExecutors(
        mode,
        (builder, steps) -> {
          CountingSemaphore s = builder.build();
          s.release();
          CompletableFuture<Void> end = new CompletableFuture<>();
          step(s, steps, end);
          Futures.value(end);
          Await.until("the permit is free", () -> s.availablePermits() == 1);
          assertThat(s.getQueueLength()).isZero();
        });
  }

  private static void step(CountingSemaphore s, int left, CompletableFuture<Void> end) {
    if (left == 0) {
      end.complete(null);
      return;
    }
    s.acquireAsync()
        .thenAccept(
            permit -> {
              permit.close();
              step(s, left - 1, end);
            })
        .exceptionally(
            failure -> {
              end.completeExceptionally(failure);
              return null;
            });
  }

  /** Chains that compete with each other and with threads all get to their ends. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void chainsAndThreadsShare(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(2, 2);
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      step(s, 500, end);
    }
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < 300; i++) {
                  s.acquire(2);
                  s.release(2);
                }
              }));
    }
    Task.results(tasks);
    ends.forEach(Futures::value);
    Await.until("all permits are free", () -> s.availablePermits() == 2);
    Await.queued(s, 0);
  }

  /** Futures that come, go, are granted and are cancelled by several threads lose no permit. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void cancellationsOfManyConserve(Mode mode, ThreadKind kind) throws InterruptedException {
    CountingSemaphore s = mode.with(3, 3);
    int threads = 4;
    int each = 3_000;
    CountDownLatch ended = new CountDownLatch(threads * each);
    AtomicBoolean tooMany = new AtomicBoolean();
    AtomicInteger held = new AtomicInteger();
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(t);
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < each; i++) {
                  CompletableFuture<Permit> future = s.acquireAsync(1 + random.nextInt(3));
                  future.whenComplete(
                      (permit, failure) -> {
                        if (permit != null) {
                          int n = permit.count();
                          if (held.addAndGet(n) > 3) {
                            tooMany.set(true);
                          }
                          held.addAndGet(-n);
                          permit.close();
                        }
                        ended.countDown();
                      });
                  int choice = random.nextInt(3);
                  if (choice == 0) {
                    future.cancel(true);
                  } else if (choice == 1) {
                    future.orTimeout(random.nextInt(2), MILLISECONDS);
                  }
                }
              }));
    }
    Task.results(tasks);
    assertThat(ended.await(30, SECONDS)).as("left: %d", ended.getCount()).isTrue();
    assertThat(tooMany).isFalse();
    Await.until("all permits are free", () -> s.availablePermits() == 3);
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.tryAcquire(3)).isTrue();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);
  }
}
