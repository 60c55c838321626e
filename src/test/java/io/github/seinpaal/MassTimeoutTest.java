package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole crowd of waiters gives up at the same time. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MassTimeoutTest {

  /** Leaving together takes time in proportion to the crowd, not to its square. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void crowdTimesOutWithoutQuadraticSweep(Mode mode, ThreadKind kind) throws InterruptedException {
    int waiters = kind == ThreadKind.VIRTUAL ? 64_000 : 2_000;
    int seconds = kind == ThreadKind.VIRTUAL ? 3 : 1; // time enough for all of them to queue
    CountingSemaphore s = mode.with(0);
    AtomicInteger granted = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(waiters);
    long deadline = System.nanoTime() + SECONDS.toNanos(seconds);
    for (int i = 0; i < waiters; i++) {
      AcquireForm form = i % 2 == 0 ? AcquireForm.TIMED_N : AcquireForm.DURATION_N;
      int permits = 1 + i % 3;
      kind.start(
          () -> {
            try {
              if (form.call(s, permits, deadline - System.nanoTime(), NANOSECONDS)) {
                granted.incrementAndGet();
              }
            } catch (Throwable e) {
              failed.incrementAndGet();
            } finally {
              ended.countDown();
            }
          });
    }
    long untilDeadline = Math.max(0, deadline - System.nanoTime());
    assertThat(ended.await(untilDeadline + SECONDS.toNanos(20), NANOSECONDS))
        .as("all gave up; still waiting: %d", ended.getCount())
        .isTrue();
    assertThat(granted).hasValue(0);
    assertThat(failed).hasValue(0);
    assertThat(s.getQueueLength()).isZero();
    assertThat(s.availablePermits()).isZero();
    assertThat(Reachable.libraryObjects(s)).isLessThan(100);

    Task<Boolean> waiter = Task.queue(kind, s, 2);
    s.release(2);
    assertThat(waiter.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }
}
