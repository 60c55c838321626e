package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Threads that do whatever a semaphore allows, in random order, and count what they hold. */
@SuppressWarnings("FutureReturnValueIgnored") // stages tell by what they do
final class RandomOperations {
  private static final int PERMITS = 5;
  private static final int LARGEST = 8; // maximum, while it moves

  private final CountingSemaphore s;
  private final boolean bounded;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final LongAdder done = new LongAdder();
  private final AtomicInteger pending = new AtomicInteger(); // futures whose end is not counted yet
  private final AtomicReference<Throwable> failure = new AtomicReference<>(); // of a callback

  private RandomOperations(CountingSemaphore s, boolean bounded) {
    this.s = s;
    this.bounded = bounded;
  }

  /** Which of the optional disturbances are on; where there is a maximum, it moves. */
  record Setting(Mode mode, ThreadKind kind, boolean bounded, boolean interrupts) {}

  /** Runs the threads; fails if they get stuck or if not all permits are back in the end. */
  static void run(Setting setting, int threads, int operations) {
    Mode mode = setting.mode();
    boolean bounded = setting.bounded();
    CountingSemaphore s = bounded ? mode.with(PERMITS, PERMITS) : mode.with(PERMITS);
    new RandomOperations(s, bounded).run(setting, threads, operations, new Random(1));
  }

  private void run(Setting setting, int threads, int operations, Random seeds) {
    List<Task<Void>> tasks = new ArrayList<>();
    running.set(threads);
    for (int t = 0; t < threads; t++) {
      Random random = new Random(seeds.nextLong());
      tasks.add(
          Task.run(
              setting.kind(),
              () -> {
                try {
                  for (int i = 0; i < operations; i++) {
                    operation(random);
                    done.increment();
                  }
                } finally {
                  running.decrementAndGet();
                }
              }));
    }
    int turn = 0;
    while (running.get() > 0) {
      if (setting.interrupts()) {
        tasks.get(turn++ % threads).interrupt();
      }
      long before = done.sum();
      Await.until("some operation ends", () -> done.sum() > before || running.get() == 0);
    }
    Task.results(tasks);
    Await.until("all futures have ended", () -> pending.get() == 0);
    assertThat(failure.get()).isNull();
    if (bounded) {
      s.setMaxPermits(PERMITS);
    }
    Await.until("what was granted to the dead is back", () -> s.availablePermits() == PERMITS);
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.tryAcquire(PERMITS)).isTrue();
    assertThat(s.tryAcquire()).isFalse();
    shutdown(setting.kind());
  }

  /** Sends home a thread and a future that wait for the permits, which are all taken. */
  private void shutdown(ThreadKind kind) {
    Task<Boolean> waiter = Task.queue(kind, s, 2);
    CompletableFuture<Permit> future = s.acquireAsync();
    s.shutdown();
    assertThat(waiter.failure()).isInstanceOf(PermitsUnavailableException.class);
    assertThat(Futures.failure(future)).isInstanceOf(PermitsUnavailableException.class);
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isZero();
    if (bounded) {
      Task<Boolean> returned = Task.call(kind, () -> s.awaitReturned(Duration.ofMinutes(1)));
      s.release(PERMITS);
      assertThat(returned.result()).isTrue();
      assertThatIllegalStateException().isThrownBy(s::release);
    }
  }

  private void operation(Random random) {
    int n = random.nextInt(PERMITS) + 1;
    long nanos = random.nextInt(100_000);
    try {
      switch (random.nextInt(16)) {
        case 0 -> {
          s.acquire(n);
          giveBack(n);
        }
        case 1 -> {
          s.acquireUninterruptibly(n);
          giveBack(n);
        }
        case 2 -> {
          s.acquire();
          giveBack(1);
        }
        case 3 -> {
          if (s.tryAcquire(n)) {
            giveBack(n);
          }
        }
        case 4 -> {
          if (s.tryAcquire()) {
            giveBack(1);
          }
        }
        case 5, 6 -> {
          if (s.tryAcquire(n, nanos, NANOSECONDS)) {
            giveBack(n);
          }
        }
        case 7 -> giveBack(drained());
        case 8 -> close(s.acquirePermit(n), random);
        case 9 -> close(s.tryAcquirePermit(n, Duration.ofNanos(nanos)), random);
        case 10 -> close(s.tryAcquirePermit(), random);
        case 11, 12 -> request(n).cancel(true);
        case 13 -> request(n);
        case 14 -> {
          if (bounded) {
            s.setMaxPermits(1 + random.nextInt(LARGEST));
          }
        }
        default -> {
          s.reducePermits(n);
          s.release(n);
        }
      }
    } catch (InterruptedException e) {
      // the interrupter's doing: nothing was taken
    } catch (PermitsUnavailableException e) {
      assertThat(bounded).isTrue(); // above the maximum of the moment: nothing was taken
    }
  }

  /** Drains; a forgiven debt is taken on again. */
  private int drained() {
    int drained = s.drainPermits();
    if (drained < 0) {
      assertThat(bounded).isFalse();
      s.reducePermits(-drained);
      return 0;
    }
    return drained;
  }

  /** Asks for a guard that is closed when it comes. */
  private CompletableFuture<Permit> request(int n) {
    CompletableFuture<Permit> future = s.acquireAsync(n);
    pending.incrementAndGet();
    future.whenComplete(
        (permit, refusal) -> {
          try {
            if (permit != null) {
              check(permit.count());
              permit.close();
            }
          } catch (Throwable e) {
            failure.set(e);
          } finally {
            pending.decrementAndGet();
          }
        });
    return future;
  }

  /** Gives back what is guarded, in one way or another. */
  private void close(Permit permit, Random random) {
    if (permit == null) {
      return;
    }
    int n = permit.count();
    check(n);
    switch (random.nextInt(3)) {
      case 0 -> permit.close();
      case 1 -> s.release(permit.forget());
      default -> {
        if (n > 1) {
          permit.split(1 + random.nextInt(n - 1)).close();
        }
        permit.close();
        permit.close();
      }
    }
  }

  /** Checks that no more is held than exists. */
  private void check(int n) {
    int holding = held.addAndGet(n);
    held.addAndGet(-n);
    if (bounded) { // without a maximum a forgiven debt lets more be held for a moment
      assertThat(holding).isLessThanOrEqualTo(LARGEST);
    }
  }

  /** Checks, then releases in one or two portions. */
  private void giveBack(int n) {
    check(n);
    if (n > 2) {
      s.release(n - 1);
      s.release();
    } else {
      s.release(n);
    }
  }
}
