package io.github.seinpaal.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seinpaal.CountingSemaphore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The construction by itself, without HTTP. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountingSemaphore gate = new CountingSemaphore(0); // one permit lets one answer end
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();
  private final Queue<Integer> answered = new ConcurrentLinkedQueue<>();

  private void answerAtTheGate(Integer request) {
    mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
    gate.acquireUninterruptibly();
    answered.add(request);
    inside.decrementAndGet();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.yield();
    }
  }

  private static void assertNothingLeftOver(RequestServer<?> server) {
    assertThat(server.itemPermits()).isZero();
    assertThat(server.mutexPermits()).isOne();
    assertThat(server.queued()).isZero();
  }

  /** A busy server serves exactly as many at once as it has workers, and queues the others. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asManyAtOnceAsWorkers(boolean fair) throws InterruptedException {
    RequestServer<Integer> server = new RequestServer<>(3, fair, this::answerAtTheGate);
    server.start();
    for (int i = 0; i < 10; i++) {
      assertThat(server.accept(i)).isTrue();
    }
    await(() -> inside.get() == 3);
    assertThat(server.queued()).isEqualTo(7);
    assertThat(server.itemPermits()).isEqualTo(7);

    gate.release(10);
    assertThat(server.stop(PATIENCE)).isTrue();
    assertThat(mostInside).hasValue(3);
    assertThat(answered)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 10).boxed().toList());
    assertNothingLeftOver(server);
  }

  /** One worker answers in the order of acceptance. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneWorkerKeepsTheOrder(boolean fair) throws InterruptedException {
    RequestServer<Integer> server = new RequestServer<>(1, fair, answered::add);
    server.start();
    List<Integer> requests = IntStream.range(0, 1000).boxed().toList();
    requests.forEach(server::accept);
    assertThat(server.stop(PATIENCE)).isTrue();
    assertThat(answered).containsExactlyElementsOf(requests);
    assertNothingLeftOver(server);
  }

  /** A closed server answers what it has accepted and accepts nothing more. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closedServerAnswersWhatItAccepted(boolean fair) throws InterruptedException {
    RequestServer<Integer> server = new RequestServer<>(2, fair, this::answerAtTheGate);
    server.start();
    for (int i = 0; i < 5; i++) {
      server.accept(i);
    }
    server.close();
    assertThat(server.accept(5)).isFalse();
    gate.release(5);
    assertThat(server.stop(PATIENCE)).isTrue();
    assertThat(answered).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertNothingLeftOver(server);
  }

  /** A server that was never asked anything ends as well, its workers all waiting. */
  @Test
  void idleServerEnds() throws InterruptedException {
    RequestServer<Integer> server = new RequestServer<>(4, false, answered::add);
    server.start();
    await(() -> server.idleWorkers() == 4);
    assertThat(server.stop(PATIENCE)).isTrue();
    assertNothingLeftOver(server);
  }

  /** A worker that does not end is reported. */
  @Test
  void stuckWorkerIsReported() throws InterruptedException {
    RequestServer<Integer> server = new RequestServer<>(1, false, this::answerAtTheGate);
    server.start();
    server.accept(1);
    assertThat(server.stop(Duration.ofMillis(1))).isFalse();
    gate.release();
    await(() -> answered.size() == 1);
  }

  /** An answer that throws does not cost the pool a worker. */
  @Test
  void failedAnswerDoesNotShrinkThePool() throws InterruptedException {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    try {
      IllegalArgumentException failure = new IllegalArgumentException("on purpose");
      RequestServer<Integer> server =
          new RequestServer<>(
              1,
              false,
              request -> {
                if (request == 1) {
                  throw failure;
                }
                answered.add(request);
              });
      server.start();
      server.accept(1);
      server.accept(2);
      assertThat(server.stop(PATIENCE)).isTrue();
      assertThat(answered).containsExactly(2);
      assertThat(uncaught).containsExactly(failure);
      assertNothingLeftOver(server);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}
