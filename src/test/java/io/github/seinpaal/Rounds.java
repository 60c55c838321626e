package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;

/** Races repeated many times by the same threads, each round started and checked by the test. */
final class Rounds {

  /** How often each side won. */
  record Tally(int granted, int interrupted, int timedOut) {}

  /** What the waiter does in one round. */
  private interface Turn {
    void take() throws Exception;
  }

  private static final int GRANTED = 0;
  private static final int INTERRUPTED = 1;
  private static final int TIMED_OUT = 2;

  private final CountingSemaphore s;
  private final Random random = new Random(7);
  private final int[] outcomes = new int[3];
  private long leadNanos = 5_000; // drifts to where each side wins about half of the rounds
  private final Semaphore interrupts = new Semaphore(0); // sent, and not yet seen by the waiter
  private volatile int outcome; // of the round, written by the waiter

  private Rounds(Mode mode) {
    this.s = mode.with(0);
  }

  /** One queued waiter, one interrupt and one release of what it needs, in each round. */
  static Tally interruptAgainstRelease(
      Mode mode, ThreadKind kind, AcquireForm form, int n, int rounds) {
    return new Rounds(mode).interruptAgainstRelease(kind, form, n, rounds);
  }

  private Tally interruptAgainstRelease(ThreadKind kind, AcquireForm form, int n, int rounds) {
    CyclicBarrier edge = new CyclicBarrier(2);
    Task<Void> waiter =
        repeat(
            kind,
            edge,
            rounds,
            () -> {
              try {
                assertThat(form.call(s, n)).isTrue();
                outcome = GRANTED;
              } catch (InterruptedException e) {
                outcome = INTERRUPTED;
              }
              interrupts.acquireUninterruptibly();
              assertThat(Thread.interrupted())
                  .as("interrupt pending after outcome %d", outcome)
                  .isEqualTo(outcome == GRANTED);
            });
    for (int r = 1; r <= rounds; r++) {
      meet(edge, List.of(waiter));
      Await.queued(s, 1);
      race(waiter, n);
      meet(edge, List.of(waiter));
      count(outcome);
      assertThat(s.availablePermits()).isEqualTo(outcome == GRANTED ? 0 : n);
      assertThat(s.drainPermits()).isEqualTo(outcome == GRANTED ? 0 : n);
      assertThat(s.getQueueLength()).isZero();
    }
    return new Tally(outcomes[GRANTED], outcomes[INTERRUPTED], outcomes[TIMED_OUT]);
  }

  /** One waiter about to time out and one release of what it needs, in each round. */
  static Tally timeoutAgainstRelease(
      Mode mode, ThreadKind kind, AcquireForm form, int n, int rounds) {
    return new Rounds(mode).timeoutAgainstRelease(kind, form, n, rounds);
  }

  private Tally timeoutAgainstRelease(ThreadKind kind, AcquireForm form, int n, int rounds) {
    CyclicBarrier edge = new CyclicBarrier(2);
    Random timeouts = new Random(8);
    Task<Void> waiter =
        repeat(
            kind,
            edge,
            rounds,
            () -> {
              long timeout = 50_000L + timeouts.nextInt(4_000);
              outcome = form.call(s, n, timeout, NANOSECONDS) ? GRANTED : TIMED_OUT;
            });
    for (int r = 1; r <= rounds; r++) {
      meet(edge, List.of(waiter));
      pause(Math.max(0, jitteredLead()));
      s.release(n);
      meet(edge, List.of(waiter));
      count(outcome);
      assertThat(s.availablePermits()).isEqualTo(outcome == GRANTED ? 0 : n);
      assertThat(s.drainPermits()).isEqualTo(outcome == GRANTED ? 0 : n);
      assertThat(s.getQueueLength()).isZero();
    }
    return new Tally(outcomes[GRANTED], outcomes[INTERRUPTED], outcomes[TIMED_OUT]);
  }

  /**
   * A head that is interrupted around the time of a release, and one behind it that wants one
   * permit, in each round: whatever the head does, the other must run without a further release.
   */
  static void headLeavesDuringRelease(Mode mode, ThreadKind kind, int headWants, int rounds) {
    new Rounds(mode).headLeavesDuringRelease(kind, headWants, rounds);
  }

  private void headLeavesDuringRelease(ThreadKind kind, int headWants, int rounds) {
    CyclicBarrier headEdge = new CyclicBarrier(2);
    CyclicBarrier nextEdge = new CyclicBarrier(2);
    Task<Void> head =
        repeat(
            kind,
            headEdge,
            rounds,
            () -> {
              try {
                s.acquire(headWants);
                outcome = GRANTED;
                s.release(headWants);
              } catch (InterruptedException e) {
                outcome = INTERRUPTED;
                assertThat(Thread.interrupted()).isFalse();
              }
              interrupts.acquireUninterruptibly();
              Thread.interrupted();
            });
    Task<Void> next = repeat(kind, nextEdge, rounds, s::acquireUninterruptibly);
    List<Task<Void>> tasks = List.of(head, next);
    for (int r = 1; r <= rounds; r++) {
      meet(headEdge, tasks);
      Await.queued(s, 1);
      meet(nextEdge, tasks);
      Await.queued(s, 2);
      race(head, 1);
      meet(headEdge, tasks);
      meet(nextEdge, tasks);
      count(headWants == 1 ? outcome : random.nextInt(2));
      assertThat(s.availablePermits()).isZero();
      assertThat(s.getQueueLength()).isZero();
    }
  }

  /** Interrupts the waiter and releases; which of the two comes first depends on the lead. */
  private void race(Task<?> waiter, int n) {
    long lead = jitteredLead();
    if (lead < 0) {
      s.release(n);
      pause(-lead);
    }
    waiter.interrupt();
    interrupts.release();
    if (lead >= 0) {
      pause(lead);
      s.release(n);
    }
  }

  /** How long the event that ends the wait without a permit is ahead of the release. */
  private long jitteredLead() {
    double spread = Math.max(Math.abs(leadNanos) / 8, 4_000);
    return (long) (leadNanos + (random.nextDouble() - 0.5) * spread);
  }

  private static void pause(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  /** Counts who won the round, and gives the loser a better chance in the next one. */
  private void count(int winner) {
    outcomes[winner]++;
    long step = Math.abs(leadNanos) / 32 + 50;
    leadNanos += winner == GRANTED ? step : -step;
    leadNanos = Math.min(Math.max(-50_000, leadNanos), 500_000);
  }

  /** A thread that takes its turn in each round, between two meetings with the test. */
  private static Task<Void> repeat(ThreadKind kind, CyclicBarrier edge, int rounds, Turn turn) {
    return Task.run(
        kind,
        () -> {
          try {
            for (int r = 1; r <= rounds; r++) {
              edge.await();
              turn.take();
              edge.await();
            }
          } catch (Throwable e) {
            edge.reset();
            throw e;
          }
        });
  }

  /** Meets the waiter at the beginning or end of a round; fails at once if a waiter has failed. */
  private static void meet(CyclicBarrier edge, List<Task<Void>> tasks) {
    try {
      edge.await(Await.LIMIT_NANOS, NANOSECONDS);
    } catch (BrokenBarrierException e) {
      tasks.stream().filter(Task::isDone).forEach(Task::result);
      throw new AssertionError("the round broke", e);
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("the round does not end", e);
    }
  }
}
