package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Threads that do whatever a semaphore allows, in random order, and count what they hold. */
final class RandomOperations {
  private static final int PERMITS = 5;

  private final CountingSemaphore s;
  private final boolean bounded;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final LongAdder done = new LongAdder();

  private RandomOperations(CountingSemaphore s, boolean bounded) {
    this.s = s;
    this.bounded = bounded;
  }

  /** Which of the optional disturbances are on. */
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
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isEqualTo(PERMITS);
    assertThat(s.tryAcquire(PERMITS)).isTrue();
    assertThat(s.tryAcquire()).isFalse();
  }

  private void operation(Random random) {
    int n = random.nextInt(PERMITS) + 1;
    long nanos = random.nextInt(100_000);
    try {
      switch (random.nextInt(9)) {
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
        default -> {
          s.reducePermits(n);
          s.release(n);
        }
      }
    } catch (InterruptedException e) {
      // the interrupter's doing: nothing was taken
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

  /** Checks that no more is held than exists, then releases in one or two portions. */
  private void giveBack(int n) {
    int holding = held.addAndGet(n);
    held.addAndGet(-n);
    if (bounded) { // without a maximum a forgiven debt lets more be held for a moment
      assertThat(holding).isLessThanOrEqualTo(PERMITS);
    }
    if (n > 2) {
      s.release(n - 1);
      s.release();
    } else {
      s.release(n);
    }
  }
}
