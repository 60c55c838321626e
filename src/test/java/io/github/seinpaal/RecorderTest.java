package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the flight recorder is told, whoever tells it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecorderTest {

  private final Recorder recorder = Recorder.INSTANCE;

  /**
   * Where the module is, its events are used; {@link ImagesTest} has the places where it is not.
   */
  @Test
  void flightRecorderIsFound() {
    assertThat(recorder).isInstanceOf(FlightRecorder.class);
  }

  /** A wait is recorded with all that was said about it, and by the thread that ended it. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void waitIsRecorded(ThreadKind kind) throws InterruptedException {
    BlockingQueue<Object> begun = new LinkedBlockingQueue<>();
    CountDownLatch landed = new CountDownLatch(1); // a thread that has ended may not be recorded
    try (Flight flight = Flight.start()) {
      Task<Void> requester =
          Task.run(
              kind,
              () -> {
                begun.add(recorder.beginWait());
                landed.await();
              });
      Object event = begun.take();
      Task<Void> ender =
          Task.run(
              kind,
              () -> {
                recorder.endWait(event, "harbour", 3, 7, "timed out");
                landed.await();
              });
      Await.until("the event is there", () -> flight.soFar().size() == 1);
      RecordedEvent recorded = only(flight.land(), Flight.WAIT);
      assertThat(recorded.getString("name")).isEqualTo("harbour");
      assertThat(recorded.getInt("requested")).isEqualTo(3);
      assertThat(recorded.getInt("queueLength")).isEqualTo(7);
      assertThat(recorded.getString("outcome")).isEqualTo("timed out");
      assertThat(recorded.getDuration()).isPositive();
      assertThat(recorded.getThread("requester").getJavaThreadId())
          .isEqualTo(id(requester.thread()));
      assertThat(recorded.getThread().getJavaThreadId()).isEqualTo(id(ender.thread()));
      assertThat(recorded.getStackTrace()).isNotNull();
      landed.countDown();
      requester.result();
      ender.result();
    }
  }

  /** The duration runs from the beginning to the end of the wait. */
  @Test
  void durationIsThatOfTheWait() {
    try (Flight flight = Flight.start()) {
      Object begun = recorder.beginWait();
      pause(Duration.ofMillis(30));
      recorder.endWait(begun, "harbour", 1, 0, "granted");
      assertThat(only(flight.land(), Flight.WAIT).getDuration())
          .isBetween(Duration.ofMillis(30), Duration.ofSeconds(30));
    }
  }

  /** Unless told otherwise, waits from 20 ms on are recorded. */
  @Test
  void thresholdIsTwentyMilliseconds() {
    try (Flight flight = Flight.startAsAnnotated()) {
      Object begun = recorder.beginWait();
      pause(Duration.ofMillis(20));
      recorder.endWait(begun, "long enough", 1, 0, "granted");
      Await.until("a wait ends in time", this::endsWithinTheThreshold);
      List<RecordedEvent> events = flight.land();
      assertThat(events).extracting(e -> e.getString("name")).contains("long enough");
      assertThat(events)
          .allSatisfy(e -> assertThat(e.getDuration()).isGreaterThanOrEqualTo(millis(20)));
    }
  }

  private boolean endsWithinTheThreshold() {
    long start = System.nanoTime();
    recorder.endWait(recorder.beginWait(), "short", 1, 0, "granted");
    return System.nanoTime() - start < MILLISECONDS.toNanos(20);
  }

  /** A wait below the threshold is not recorded. */
  @Test
  void waitBelowTheThresholdIsNotRecorded() {
    try (Flight flight = Flight.start(Duration.ofHours(1))) {
      recorder.endWait(recorder.beginWait(), "short", 1, 0, "granted");
      recorder.shutDown("witness", 0);
      only(flight.land(), Flight.SHUTDOWN);
    }
  }

  /** Over-release, resize and shutdown are recorded with all that was said about them. */
  @Test
  void incidentsAreRecorded() {
    try (Flight flight = Flight.startAsAnnotated()) {
      recorder.refusedRelease("harbour", 2, 9, 10);
      recorder.resized("quay", 10, 4);
      recorder.shutDown("lock", 5);
      List<RecordedEvent> events = flight.land();
      assertThat(events).hasSize(3);
      RecordedEvent refused = events.get(0);
      assertThat(refused.getEventType().getName()).isEqualTo(Flight.REFUSED_RELEASE);
      assertThat(refused.getString("name")).isEqualTo("harbour");
      assertThat(refused.getInt("released")).isEqualTo(2);
      assertThat(refused.getInt("available")).isEqualTo(9);
      assertThat(refused.getInt("maximum")).isEqualTo(10);
      RecordedEvent resized = events.get(1);
      assertThat(resized.getEventType().getName()).isEqualTo(Flight.RESIZE);
      assertThat(resized.getString("name")).isEqualTo("quay");
      assertThat(resized.getInt("from")).isEqualTo(10);
      assertThat(resized.getInt("to")).isEqualTo(4);
      RecordedEvent shutDown = events.get(2);
      assertThat(shutDown.getEventType().getName()).isEqualTo(Flight.SHUTDOWN);
      assertThat(shutDown.getString("name")).isEqualTo("lock");
      assertThat(shutDown.getInt("waiting")).isEqualTo(5);
      assertThat(events).allSatisfy(e -> assertThat(e.getStackTrace()).isNotNull());
    }
  }

  /** A semaphore need not have a name. */
  @Test
  void nameMayBeMissing() {
    try (Flight flight = Flight.start()) {
      recorder.endWait(recorder.beginWait(), null, 1, 0, "granted");
      recorder.refusedRelease(null, 1, 1, 1);
      recorder.resized(null, 1, 2);
      recorder.shutDown(null, 0);
      assertThat(flight.land()).hasSize(4).allMatch(e -> e.getString("name") == null);
    }
  }

  /** When nobody records, a wait is not begun, and nothing is allocated for it. */
  @Test
  void nothingIsAllocatedWhenNobodyRecords() throws ReflectiveOperationException {
    try (Flight flight = Flight.start()) {
      assertThat(recorder.beginWait())
          .isNotNull(); // the recorder has been in use, and no longer is
      assertThat(flight.land()).isEmpty();
    }
    int rounds = 100_000;
    int begun = 0;
    long before = allocatedBytes();
    for (int i = 0; i < rounds; i++) {
      Object event = recorder.beginWait();
      begun += event == null ? 0 : 1;
      recorder.endWait(event, "harbour", 1, 0, "granted");
    }
    assertThat(allocatedBytes() - before).isLessThan(rounds);
    assertThat(begun).isZero();
  }

  /** Who switches the event off in a running recording is not told either. */
  @Test
  void disabledWaitIsNotBegun() {
    try (Flight flight = Flight.disabled(Flight.WAIT)) {
      assertThat(recorder.beginWait()).isNull();
      recorder.shutDown("witness", 0);
      only(flight.land(), Flight.SHUTDOWN);
    }
  }

  /** A wait that was begun before the recording ended may end after it. */
  @Test
  void waitMayOutliveTheRecording() {
    Object begun;
    try (Flight flight = Flight.start()) {
      begun = recorder.beginWait();
      assertThat(flight.land()).isEmpty();
    }
    recorder.endWait(begun, "late", 1, 0, "granted");
    try (Flight flight = Flight.start()) {
      recorder.endWait(begun, "later", 1, 0, "granted");
      flight.land();
    }
  }

  /** Every event explains itself to who looks at it. */
  @Test
  void eventsExplainThemselves() {
    List<EventType> types =
        List.of(
            EventType.getEventType(FlightRecorder.WaitEvent.class),
            EventType.getEventType(FlightRecorder.RefusedReleaseEvent.class),
            EventType.getEventType(FlightRecorder.ResizeEvent.class),
            EventType.getEventType(FlightRecorder.ShutdownEvent.class));
    assertThat(types)
        .allSatisfy(
            type -> {
              assertThat(type.getCategoryNames()).containsExactly("Seinpaal");
              assertThat(type.getLabel()).isNotBlank();
              assertThat(type.getDescription()).isNotBlank();
              assertThat(type.getFields())
                  .allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
            });
  }

  private static RecordedEvent only(List<RecordedEvent> events, String type) {
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getEventType().getName()).isEqualTo(type);
    return events.get(0);
  }

  private static void pause(Duration duration) {
    long start = System.nanoTime();
    Await.until(duration + " have passed", () -> System.nanoTime() - start > duration.toNanos());
  }

  private static Duration millis(long n) {
    return Duration.ofMillis(n);
  }

  /** The deprecated method, since its successor is younger than the oldest JDK supported. */
  @SuppressWarnings("deprecation")
  private static long id(Thread thread) {
    return thread.getId();
  }

  /** Reflectively, since the library's module does not read java.management. */
  private static long allocatedBytes() throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Method bytes =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes");
    return (long) bytes.invoke(threads);
  }
}
