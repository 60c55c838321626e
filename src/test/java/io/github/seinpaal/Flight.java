package io.github.seinpaal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A flight recording of the library's events, of waits of any length unless told otherwise. */
final class Flight implements AutoCloseable {
  static final String WAIT = "io.github.seinpaal.Wait";
  static final String REFUSED_RELEASE = "io.github.seinpaal.RefusedRelease";
  static final String RESIZE = "io.github.seinpaal.Resize";
  static final String SHUTDOWN = "io.github.seinpaal.Shutdown";

  static final String[] TYPES = {WAIT, REFUSED_RELEASE, RESIZE, SHUTDOWN};

  private final Recording recording = new Recording();

  private Flight() {}

  static Flight start() {
    return start(Duration.ZERO);
  }

  /** Records waits that are at least so long. */
  static Flight start(Duration threshold) {
    Flight flight = new Flight();
    flight.recording.enable(WAIT).withThreshold(threshold);
    flight.recording.start();
    return flight;
  }

  /** Records what the annotations of the event classes ask for. */
  static Flight startAsAnnotated() {
    Flight flight = new Flight();
    flight.recording.start();
    return flight;
  }

  /** Records all but events of this type. */
  static Flight disabled(String type) {
    Flight flight = new Flight();
    flight.recording.disable(type);
    flight.recording.start();
    return flight;
  }

  /** Ends the recording and reads the library's events back, in the order of their ends. */
  List<RecordedEvent> land() {
    recording.stop();
    return read(recording);
  }

  /** Reads the library's events so far, in the order of their ends, and goes on. */
  List<RecordedEvent> soFar() {
    try (Recording copy = recording.copy(true)) {
      return read(copy);
    }
  }

  private static List<RecordedEvent> read(Recording recording) {
    try {
      Path file = Files.createTempFile("seinpaal", ".jfr");
      try {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
            .filter(e -> e.getEventType().getName().startsWith("io.github.seinpaal."))
            .sorted(Comparator.comparing(RecordedEvent::getEndTime))
            .toList();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    recording.close();
  }
}
