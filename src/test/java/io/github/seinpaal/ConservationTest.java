package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No permit is lost or invented, and nobody is forgotten, whatever happens at the same time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConservationTest {

  static Stream<RandomOperations.Setting> settings() {
    return Cases.kinds()
        .flatMap(
            c ->
                Stream.of(0, 1, 2, 3)
                    .map(
                        bits ->
                            new RandomOperations.Setting(
                                (Mode) c.get()[0],
                                (ThreadKind) c.get()[1],
                                (bits & 1) != 0,
                                (bits & 2) != 0)));
  }

  /** Random operations leave exactly the permits that were there before. */
  @ParameterizedTest
  @MethodSource("settings")
  void randomOperationsConservePermits(RandomOperations.Setting setting) {
    RandomOperations.run(setting, 8, 1_500);
  }

  /** With one permit only one thread at a time is inside, and it sees what the last one did. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void onePermitExcludes(Mode mode, ThreadKind kind, AcquireForm form) {
    int threads = 6;
    int turns = 300;
    CountingSemaphore s = mode.with(1, 1);
    int[] inside = new int[2]; // plain: guarded by the permit
    List<Task<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      tasks.add(
          Task.run(
              kind,
              () -> {
                for (int i = 0; i < turns; i++) {
                  assertThat(form.call(s, 1)).isTrue();
                  try {
                    assertThat(++inside[0]).isOne();
                    inside[1]++;
                    if (i % 16 == 0) {
                      Thread.yield();
                    }
                    inside[0]--;
                  } finally {
                    s.release();
                  }
                }
              }));
    }
    Task.results(tasks);
    assertThat(inside[1]).isEqualTo(threads * turns);
    assertThat(s.availablePermits()).isOne();
    Await.queued(s, 0);
  }

  /** Mixed forms, sizes and thread kinds share one queue and all get their turn. */
  @ParameterizedTest
  @MethodSource(Cases.MODES)
  void mixedThreadsAndFormsAllGetTheirTurn(Mode mode) {
    CountingSemaphore s = mode.with(4);
    List<Task<Void>> tasks = new ArrayList<>();
    for (ThreadKind kind : ThreadKind.available()) {
      for (AcquireForm form : AcquireForm.values()) {
        if (form.waits()) {
          int n = form.size(1 + form.ordinal() % 4);
          tasks.add(
              Task.run(
                  kind,
                  () -> {
                    for (int i = 0; i < 200; i++) {
                      assertThat(form.call(s, n)).isTrue();
                      s.release(n);
                    }
                  }));
        }
      }
    }
    Task.results(tasks);
    assertThat(s.availablePermits()).isEqualTo(4);
    Await.queued(s, 0);
  }
}
