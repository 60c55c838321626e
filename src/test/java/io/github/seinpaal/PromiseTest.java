package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waiters have been promised is counted right, however much it is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PromiseTest {

  /** An attempt does not pass a waiter whose demand is too big to be counted in full. */
  @Test
  void attemptDoesNotPassAHugeDemand() {
    CountingSemaphore s = new CountingSemaphore(1 << 28, true);
    assertThat(s.tryAcquire(1 << 27)).isTrue();
    Task<Boolean> huge = Task.queue(ThreadKind.PLATFORM, s, 1 << 28);
    assertThat(s.tryAcquire(1 << 26)).isFalse();
    assertThat(s.tryAcquire()).isFalse();
    assertThat(s.drainPermits()).isZero();
    s.release(1 << 27);
    assertThat(huge.result()).isTrue();
    assertThat(s.availablePermits()).isZero();
  }

  /** Nor, once the huge demand is met, one that came beside it and is small. */
  @Test
  void attemptDoesNotPassThoseBehindAHugeDemand() {
    CountingSemaphore s = new CountingSemaphore(0, true);
    Task<Boolean> huge = Task.queue(ThreadKind.PLATFORM, s, 1 << 26);
    Task<Boolean> ten = Task.queue(ThreadKind.PLATFORM, s, 10);
    s.release(1 << 26);
    assertThat(huge.result()).isTrue();
    s.release(5);
    assertThat(s.tryAcquire(4)).isFalse();
    s.release(5);
    assertThat(ten.result()).isTrue();
    s.release();
    assertThat(s.tryAcquire()).isTrue();
  }

  /** Demands that fill the count to the brim do not spill into the permits. */
  @Test
  void sumOfDemandsDoesNotBecomePermits() {
    CountingSemaphore s = new CountingSemaphore(0, true);
    List<Task<Boolean>> waiters = new ArrayList<>();
    long total = 0;
    for (int demand = (1 << 26) - 1; demand > 0; demand /= 2) {
      waiters.add(Task.queue(ThreadKind.PLATFORM, s, demand));
      total += demand;
    }
    for (int i = 0; i < 8; i++) {
      waiters.add(Task.queue(ThreadKind.PLATFORM, s, 1));
      total++;
    }
    assertThat(s.availablePermits()).isZero();
    assertThat(s.tryAcquire()).isFalse();
    s.release((int) total);
    assertThat(Task.results(waiters)).containsOnly(true);
    assertThat(s.availablePermits()).isZero();
    s.release();
    assertThat(s.tryAcquire()).isTrue();
  }

  /**
   * A release of more than is held is refused while others try in vain to take a permit that is
   * promised: an attempt that subtracted first and was barred would look like a holder.
   */
  @Test
  void failedAttemptIsNoHolder() throws InterruptedException {
    PermitSynchronizer s = new PermitSynchronizer(5, true, 5, "dock");
    assertThat(s.tryAcquire(1)).isTrue();
    List<Task<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiters.add(
          Task.call(ThreadKind.PLATFORM, () -> s.acquire(5, false, false, 0L, PromiseTest.class)));
    }
    Await.until("both wait", () -> s.queuedThreads().size() == 2);
    AtomicBoolean over = new AtomicBoolean();
    Task<Boolean> inVain =
        Task.call(
            ThreadKind.PLATFORM,
            () -> {
              boolean got = false;
              while (!over.get()) {
                got |= s.acquireOne();
              }
              return got;
            });
    for (int i = 0; i < 200_000; i++) {
      assertThat(s.release(2)).isFalse();
    }
    over.set(true);
    assertThat(inVain.result()).isFalse();
    assertThat(s.release(1)).isTrue();
    Await.until("the first has its five", () -> s.available() == 0);
    assertThat(s.release(5)).isTrue();
    assertThat(Task.results(waiters)).containsOnly(true);
    assertThat(s.available()).isZero();
  }
}
