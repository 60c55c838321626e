package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a semaphore tells the flight recorder. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsTest {
  private static final String NAME = "harbour";

  /** A request that has waited for long enough is told when it is granted. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void grantedWaitIsTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(0).name(NAME).build();
    try (Flight flight = Flight.startAsAnnotated()) {
      int n = form.size(3);
      Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
      long queued = System.nanoTime();
      Await.until("20 ms have passed", () -> System.nanoTime() - queued > 20_000_000);
      s.release(n);
      assertThat(waiter.result()).isTrue();
      RecordedEvent event = only(flight);
      assertWait(event, n, "granted");
      assertThat(event.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
      assertThat(event.getThread()).isEqualTo(event.getThread("requester"));
      assertThat(event.getThread().getJavaThreadId()).isEqualTo(id(waiter.thread()));
    }
  }

  /** So is one whose time was over. */
  @ParameterizedTest
  @MethodSource(Cases.TIMED)
  void timedOutWaitIsTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(0).name(NAME).build();
    try (Flight flight = Flight.start()) {
      int n = form.size(2);
      Task.run(
              kind,
              () -> {
                // On a busy machine it may not get to queueing.
                while (s.stats().timedOut() + s.stats().cancelled() == 0) {
                  assertThat(form.call(s, n, 10, MILLISECONDS)).isFalse();
                }
              })
          .result();
      assertWait(only(flight), n, "timed out");
    }
  }

  /** So is one that was interrupted. */
  @ParameterizedTest
  @MethodSource(Cases.INTERRUPTIBLE)
  void interruptedWaitIsTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(0).name(NAME).build();
    try (Flight flight = Flight.start()) {
      int n = form.size(2);
      Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
      waiter.interrupt();
      assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
      assertWait(only(flight), n, "interrupted");
    }
  }

  /** So is one that ended because the semaphore was shut down; and the shutdown is. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void shutdownIsTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(0).name(NAME).build();
    try (Flight flight = Flight.start()) {
      int n = form.size(2);
      Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, n));
      s.shutdown();
      s.shutdown();
      waiter.failure();
      List<RecordedEvent> events = land(flight, 2);
      RecordedEvent shutdown = event(events, Flight.SHUTDOWN);
      assertThat(shutdown.getString("name")).isEqualTo(NAME);
      assertThat(shutdown.getInt("waiting")).isEqualTo(1);
      assertWait(event(events, Flight.WAIT), n, "unavailable");
    }
  }

  /** So is one that has become impossible since the maximum shrank; and the resizing is. */
  @ParameterizedTest
  @MethodSource(Cases.COUNTED)
  void resizingIsTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(1).maxPermits(5).name(NAME).build();
    try (Flight flight = Flight.start()) {
      s.setMaxPermits(5); // no change, no event
      List<Task<Boolean>> waiters = new ArrayList<>();
      if (form.waits()) {
        waiters.add(Task.queue(kind, s, () -> form.call(s, 5)));
      }
      s.setMaxPermits(4);
      waiters.forEach(Task::failure);
      List<RecordedEvent> events = land(flight, 1 + waiters.size());
      RecordedEvent resize = event(events, Flight.RESIZE);
      assertThat(resize.getString("name")).isEqualTo(NAME);
      assertThat(resize.getInt("from")).isEqualTo(5);
      assertThat(resize.getInt("to")).isEqualTo(4);
      if (form.waits()) {
        assertWait(event(events, Flight.WAIT), 5, "unavailable");
      }
    }
  }

  /** A future's wait is told as a thread's is, with the thread that asked for the permits. */
  @ParameterizedTest
  @EnumSource
  void futuresAreTold(Mode mode) {
    CountingSemaphore s = mode.builder(0).name(NAME).maxPermits(9).build();
    try (Flight flight = Flight.start()) {
      CompletableFuture<Permit> cancelled = s.acquireAsync(4);
      CompletableFuture<Permit> granted = s.acquireAsync(2);
      CompletableFuture<Permit> refused = s.acquireAsync(3);
      cancelled.cancel(true);
      s.release(2);
      assertThat(granted.join().count()).isEqualTo(2);
      s.shutdown();
      Await.until("the last one is refused", refused::isDone);
      List<RecordedEvent> events = land(flight, 4);
      assertWait(events.get(0), 4, "cancelled");
      assertWait(events.get(1), 2, "granted");
      assertWait(event(events.subList(2, 4), Flight.WAIT), 3, "unavailable");
      assertThat(events)
          .filteredOn(e -> e.getEventType().getName().equals(Flight.WAIT))
          .allSatisfy(
              e ->
                  assertThat(e.getThread("requester").getJavaThreadId())
                      .isEqualTo(id(Thread.currentThread())));
      assertThat(event(events, Flight.SHUTDOWN).getInt("waiting")).isEqualTo(1);
    }
  }

  /** A wait tells how many others still wait when it ends. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void waitTellsTheLengthOfTheQueue(Mode mode, ThreadKind kind) {
    CountingSemaphore s = mode.builder(0).name(NAME).build();
    try (Flight flight = Flight.start()) {
      List<Task<Boolean>> waiters = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiters.add(Task.queue(kind, s, 1));
      }
      waiters.remove(3).interrupt();
      Await.until("it is told", () -> !flight.soFar().isEmpty());
      s.release(3);
      Task.results(waiters);
      List<RecordedEvent> events = land(flight, 4);
      assertThat(events.get(0).getString("outcome")).isEqualTo("interrupted");
      assertThat(events.get(0).getInt("queueLength")).isEqualTo(3);
    }
  }

  /** A refused release is told, with what would have been too many. */
  @ParameterizedTest
  @EnumSource
  void refusedReleaseIsTold(Mode mode) {
    CountingSemaphore s = mode.builder(4).maxPermits(5).name(NAME).build();
    CountingSemaphore unbounded = mode.builder(Integer.MAX_VALUE).name("sea").build();
    Permit guard = s.tryAcquirePermit();
    s.release(1);
    s.release(1);
    try (Flight flight = Flight.start()) {
      assertThatIllegalStateException().isThrownBy(() -> s.release(7));
      assertThatIllegalStateException().isThrownBy(guard::close);
      assertThatIllegalStateException().isThrownBy(unbounded::release);
      List<RecordedEvent> events = land(flight, 3);
      assertThat(events).allMatch(e -> e.getEventType().getName().equals(Flight.REFUSED_RELEASE));
      assertThat(events).extracting(e -> e.getString("name")).containsExactly(NAME, NAME, "sea");
      assertThat(events).extracting(e -> e.getInt("released")).containsExactly(7, 1, 1);
      assertThat(events)
          .extracting(e -> e.getInt("available"))
          .containsExactly(5, 5, Integer.MAX_VALUE);
      assertThat(events)
          .extracting(e -> e.getInt("maximum"))
          .containsExactly(5, 5, Integer.MAX_VALUE);
    }
  }

  /** What does not wait, or not for long enough, is not told. */
  @ParameterizedTest
  @MethodSource(Cases.WAITING)
  void shortWaitsAreNotTold(Mode mode, ThreadKind kind, AcquireForm form) {
    CountingSemaphore s = mode.builder(9).maxPermits(9).name(NAME).build();
    try (Flight flight = Flight.start(Duration.ofHours(1))) {
      Task.call(kind, () -> form.call(s, 1)).result();
      assertThat(s.tryAcquire(9)).isFalse();
      s.reducePermits(8);
      Task<Boolean> waiter = Task.queue(kind, s, () -> form.call(s, 1));
      s.release();
      assertThat(waiter.result()).isTrue();
      s.setMaxPermits(10); // the witness
      assertThat(only(flight).getEventType().getName()).isEqualTo(Flight.RESIZE);
    }
    try (Flight flight = Flight.start()) {
      s.release(8);
      Task.call(kind, () -> form.call(s, 1)).result();
      s.setMaxPermits(11);
      assertThat(only(flight).getEventType().getName()).isEqualTo(Flight.RESIZE);
    }
  }

  private static void assertWait(RecordedEvent event, int requested, String outcome) {
    assertThat(event.getEventType().getName()).isEqualTo(Flight.WAIT);
    assertThat(event.getString("name")).isEqualTo(NAME);
    assertThat(event.getInt("requested")).isEqualTo(requested);
    assertThat(event.getString("outcome")).isEqualTo(outcome);
    assertThat(event.getInt("queueLength")).isNotNegative();
  }

  private static RecordedEvent only(Flight flight) {
    return land(flight, 1).get(0);
  }

  private static List<RecordedEvent> land(Flight flight, int size) {
    List<RecordedEvent> events = flight.land();
    assertThat(events).hasSize(size);
    return events;
  }

  private static RecordedEvent event(List<RecordedEvent> events, String type) {
    List<RecordedEvent> found =
        events.stream().filter(e -> e.getEventType().getName().equals(type)).toList();
    assertThat(found).as("%s among %s", type, events).hasSize(1);
    return found.get(0);
  }

  /** The deprecated method, since its successor is younger than the oldest JDK supported. */
  @SuppressWarnings("deprecation")
  private static long id(Thread thread) {
    return thread.getId();
  }
}
