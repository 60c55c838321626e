package io.github.seinpaal;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No element is lost or doubled, and nobody is forgotten, whatever happens at the same time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedQueueConservationTest {

  static Stream<QueueOperations.Setting> settings() {
    return Cases.kinds()
        .flatMap(
            c ->
                Stream.of(0, 1, 2, 3, 4, 5)
                    .map(
                        bits ->
                            new QueueOperations.Setting(
                                (Mode) c.get()[0],
                                (ThreadKind) c.get()[1],
                                1 + 2 * (bits / 2),
                                (bits & 1) != 0,
                                bits / 2 == 1)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyElementIsAccountedFor(QueueOperations.Setting setting) {
    QueueOperations.run(setting, 6, 1_000);
  }
}
