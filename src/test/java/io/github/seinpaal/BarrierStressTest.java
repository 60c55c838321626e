package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The long runs of the barriers, and arrivals with almost no stack left. */
@Tag("stress")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BarrierStressTest {

  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void generationsFollowEachOther(ThreadKind kind) {
    ReusableBarrierTest.meet(kind, 2, 1_000_000);
    ReusableBarrierTest.meet(kind, 16, 50_000);
  }

  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void noThreadTakesThePlaceOfASlowOne(ThreadKind kind) {
    ReusableBarrierTest.anyoneMeets(kind, 2, 7, 500_000);
    ReusableBarrierTest.anyoneMeets(kind, 3, 4, 500_000);
  }

  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void everyGenerationIsAllOrNone(ThreadKind kind) {
    ReusableBarrierTest.disturbed(kind, 2, 5, 50_000);
    ReusableBarrierTest.disturbed(kind, 4, 4, 50_000);
  }

  /** Arrives at every depth from the bottom of the stack up. */
  private static final class Descent {
    private static final int ATTEMPTS = 300;

    private final ReusableBarrier b;
    private final boolean last;
    private int attempts;
    private int overflowed;

    Descent(ReusableBarrier b, boolean last) {
      this.b = b;
      this.last = last;
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    void descend() throws InterruptedException {
      try {
        descend();
      } catch (StackOverflowError e) {
        overflowed = 1;
      }
      if (attempts < ATTEMPTS) {
        attempts++;
        arrive();
      }
    }

    /** May fail for want of stack, or be told that somebody has. */
    @SuppressWarnings("EmptyCatch")
    void arrive() throws InterruptedException {
      try {
        if (last) {
          b.await();
        } else {
          b.await(20_000, NANOSECONDS);
        }
      } catch (StackOverflowError | BrokenBarrierException | TimeoutException e) {
        // counted by what the others see
      }
    }
  }

  /**
   * Who runs out of stack has not arrived, or has broken the barrier: nobody waits for ever, and
   * nobody goes on without it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void arrivalWithoutStackIsNotHalfDone(boolean last) {
    for (int round = 0; round < 20; round++) {
      AtomicInteger opened = new AtomicInteger();
      ReusableBarrier b = new ReusableBarrier(2, opened::incrementAndGet);
      Descent descent = new Descent(b, last);
      Task<Void> shallow =
          Task.run(
              ThreadKind.PLATFORM,
              () -> {
                descent.arrive(); // loads the classes
                descent.descend();
                descent.attempts = Integer.MAX_VALUE;
              });
      int went = 0;
      while (!shallow.isDone()) {
        if (b.isBroken()) {
          b.reset();
        }
        try {
          b.await(last ? 50_000_000 : 1_000_000, NANOSECONDS);
          went++;
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        } catch (BrokenBarrierException | TimeoutException e) {
          assertThat(e).isNotNull();
        }
      }
      shallow.result();
      assertThat(descent.overflowed).isEqualTo(1);
      assertThat(went).isEqualTo(opened.get());
      b.reset();
      assertThat(b.getNumberWaiting()).isZero();
    }
  }
}
