package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments are checked before the interrupt and before anything changes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArgumentsTest {

  /** A negative number of permits is refused by every method that takes a number. */
  @ParameterizedTest
  @EnumSource
  void negativeCountIsRefusedByEveryMethod(Mode mode) {
    for (int n : new int[] {-1, Integer.MIN_VALUE}) {
      CountingSemaphore s = mode.with(3);
      callsWithCount(s, n)
          .forEach(
              (name, call) ->
                  assertThatIllegalArgumentException().as("%s, n = %d", name, n).isThrownBy(call));
      assertThat(s.availablePermits()).isEqualTo(3);
      assertThat(s.hasQueuedThreads()).isFalse();
    }
  }

  /** A bad argument is reported even by an interrupted thread, whose interrupt stays pending. */
  @ParameterizedTest
  @EnumSource
  void argumentsAreCheckedBeforeTheInterrupt(Mode mode) {
    CountingSemaphore s = mode.with(3);
    Thread.currentThread().interrupt();
    callsWithCount(s, -1)
        .forEach((name, call) -> assertThatIllegalArgumentException().as(name).isThrownBy(call));
    callsWithNull(s)
        .forEach((name, call) -> assertThatNullPointerException().as(name).isThrownBy(call));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(s.availablePermits()).isEqualTo(3);
  }

  /** A null unit or duration is refused, whether permits are free or not. */
  @ParameterizedTest
  @EnumSource
  void nullTimeIsRefused(Mode mode) {
    for (int permits : new int[] {3, 0, -3}) {
      CountingSemaphore s = mode.with(permits);
      callsWithNull(s)
          .forEach((name, call) -> assertThatNullPointerException().as(name).isThrownBy(call));
      assertThat(s.availablePermits()).isEqualTo(permits);
    }
  }

  /** The count is checked before the unit or duration. */
  @ParameterizedTest
  @EnumSource
  void countIsCheckedBeforeTime(Mode mode) {
    CountingSemaphore s = mode.with(3);
    assertThatIllegalArgumentException().isThrownBy(() -> s.tryAcquire(-1, 1, null));
    assertThatIllegalArgumentException().isThrownBy(() -> s.tryAcquire(-1, (Duration) null));
    assertThatIllegalArgumentException().isThrownBy(() -> s.tryAcquirePermit(-1, null));
  }

  /** Constructors keep what they are given; without a mode the semaphore is non-fair. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void constructorsKeepPermitsAndMode(int permits) {
    assertThat(new CountingSemaphore(permits).availablePermits()).isEqualTo(permits);
    assertThat(new CountingSemaphore(permits).isFair()).isFalse();
    assertThat(CountingSemaphore.builder(permits).build().isFair()).isFalse();
    for (Mode mode : Mode.values()) {
      assertThat(mode.with(permits).availablePermits()).isEqualTo(permits);
      assertThat(mode.with(permits).isFair()).isEqualTo(mode.fair());
      assertThat(mode.builder(permits).build().availablePermits()).isEqualTo(permits);
      assertThat(mode.builder(permits).build().isFair()).isEqualTo(mode.fair());
    }
  }

  /** A maximum is at least one. */
  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void maximumBelowOneIsRefused(int maxPermits) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CountingSemaphore.builder(Integer.MIN_VALUE).maxPermits(maxPermits).build());
  }

  /** A semaphore does not start above its maximum. */
  @Test
  void startAboveMaximumIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountingSemaphore.builder(5).maxPermits(4).build());
    assertThat(CountingSemaphore.builder(4).maxPermits(4).build().availablePermits()).isEqualTo(4);
    assertThat(CountingSemaphore.builder(-4).maxPermits(1).build().availablePermits())
        .isEqualTo(-4);
  }

  /** A name is kept as given, is absent if none was given, and is not null. */
  @Test
  void nameIsKept() {
    assertThat(CountingSemaphore.builder(1).name("pool").build().name()).isEqualTo("pool");
    assertThat(CountingSemaphore.builder(1).build().name()).isNull();
    assertThat(new CountingSemaphore(1).name()).isNull();
    assertThatNullPointerException().isThrownBy(() -> CountingSemaphore.builder(1).name(null));
  }

  /** A builder can be used again, and what it built does not change with it. */
  @Test
  void builderCanBeUsedAgain() {
    CountingSemaphore.Builder builder = CountingSemaphore.builder(2).name("first").maxPermits(2);
    CountingSemaphore first = builder.build();
    CountingSemaphore second = builder.name("second").fair(true).maxPermits(3).build();
    assertThat(first.name()).isEqualTo("first");
    assertThat(first.isFair()).isFalse();
    assertThatThrownBy(first::release).isInstanceOf(IllegalStateException.class);
    assertThat(second.name()).isEqualTo("second");
    assertThat(second.isFair()).isTrue();
    second.release();
    assertThat(second.availablePermits()).isEqualTo(3);
    assertThat(first.availablePermits()).isEqualTo(2);
  }

  private static Map<String, ThrowingCallable> callsWithCount(CountingSemaphore s, int n) {
    Map<String, ThrowingCallable> calls = new TreeMap<>();
    for (AcquireForm form : AcquireForm.values()) {
      if (form.counted()) {
        calls.put(form.toString(), () -> form.call(s, n));
        calls.put(form + " without time", () -> form.call(s, n, 0, SECONDS));
      }
    }
    calls.put("acquireAsync(n)", () -> s.acquireAsync(n));
    calls.put("release(n)", () -> s.release(n));
    calls.put("reducePermits(n)", () -> s.reducePermits(n));
    return calls;
  }

  private static Map<String, ThrowingCallable> callsWithNull(CountingSemaphore s) {
    Map<String, ThrowingCallable> calls = new TreeMap<>();
    calls.put("tryAcquire(time, null)", () -> s.tryAcquire(1, (TimeUnit) null));
    calls.put("tryAcquire(no time, null)", () -> s.tryAcquire(0, (TimeUnit) null));
    calls.put("tryAcquire(n, time, null)", () -> s.tryAcquire(2, 1, null));
    calls.put("tryAcquire(0, time, null)", () -> s.tryAcquire(0, 1, null));
    calls.put("tryAcquire((Duration) null)", () -> s.tryAcquire((Duration) null));
    calls.put("tryAcquire(n, (Duration) null)", () -> s.tryAcquire(2, (Duration) null));
    calls.put("tryAcquire(0, (Duration) null)", () -> s.tryAcquire(0, (Duration) null));
    calls.put("tryAcquirePermit((Duration) null)", () -> s.tryAcquirePermit((Duration) null));
    calls.put("tryAcquirePermit(n, null)", () -> s.tryAcquirePermit(2, null));
    calls.put("tryAcquirePermit(0, null)", () -> s.tryAcquirePermit(0, null));
    return calls;
  }
}
