package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The long runs: many more rounds of the races that the contract tests only touch. */
@Tag("stress")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConservationStressTest {

  /** Random operations leave exactly the permits that were there before. */
  @ParameterizedTest
  @MethodSource("io.github.seinpaal.ConservationTest#settings")
  void randomOperationsConservePermits(RandomOperations.Setting setting) {
    RandomOperations.run(setting, 16, 20_000);
  }

  /** Either the grant or the interrupt wins, over and over. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void grantAgainstInterruptHasOneWinner(Mode mode, ThreadKind kind) {
    Rounds.interruptAgainstRelease(mode, kind, AcquireForm.ACQUIRE_N, 3, 50_000);
  }

  /** Either the grant or the timeout wins, over and over. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void grantAgainstTimeoutHasOneWinner(Mode mode, ThreadKind kind) {
    Rounds.timeoutAgainstRelease(mode, kind, AcquireForm.TIMED_N, 3, 50_000);
  }

  /** No release is lost on a leaving head, over and over. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void releaseMeetingALeavingHeadIsNotLost(Mode mode, ThreadKind kind) {
    Rounds.headLeavesDuringRelease(mode, kind, 1, 30_000);
    Rounds.headLeavesDuringRelease(mode, kind, 5, 30_000);
  }

  /** A storm of short waits without permits ends in one release, and every permit can be taken. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void everyPermitSurvivesAStormOfTimeouts(Mode mode, ThreadKind kind) {
    int threads = 16;
    for (int round = 0; round < 50; round++) {
      CountingSemaphore s = mode.with(0);
      AtomicInteger taken = new AtomicInteger();
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        tasks.add(
            Task.run(
                kind,
                () -> {
                  while (taken.get() < threads) {
                    long micros = ThreadLocalRandom.current().nextLong(1, 100);
                    if (s.tryAcquire(micros, MICROSECONDS)) {
                      taken.incrementAndGet();
                    }
                  }
                }));
      }
      Await.within(1_000_000, () -> false);
      s.release(threads);
      Task.results(tasks);
      assertThat(s.availablePermits()).isZero();
      assertThat(s.getQueueLength()).isZero();
    }
  }

  /** A million timed waits against an exhausted semaphore leave nothing behind. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void millionTimeoutsLeaveNothing(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.with(0);
    for (int part = 0; part < 50; part++) {
      List<Task<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        tasks.add(
            Task.run(
                kind,
                () -> {
                  for (int i = 0; i < 5_000; i++) {
                    assertThat(s.tryAcquire(1 + i % 3, 1 + i % 1_000, NANOSECONDS)).isFalse();
                  }
                }));
      }
      Task.results(tasks);
      assertThat(s.getQueueLength()).isZero();
      assertThat(Reachable.libraryObjects(s)).isLessThan(100);
    }
  }
}
