package io.github.seinpaal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/**
 * Tells Java Flight Recorder. The only class that knows the module jdk.jfr, and named by no other:
 * {@link Recorder} loads it by its name.
 *
 * <p>To load an event class makes the JDK read the descriptions of all its own events, which takes
 * tens of milliseconds; so none is loaded before somebody uses the flight recorder.
 */
final class FlightRecorder extends Recorder {

  /** A request for permits that had to wait. */
  @Name("io.github.seinpaal.Wait")
  @Label("Semaphore Wait")
  @Category("Seinpaal")
  @Description(
      "A request for permits waited. The event's thread and stack are those of the waiting thread;"
          + " for a future, those that ended the wait")
  @Threshold("20 ms")
  static final class WaitEvent extends Event {
    @Label("Name")
    @Description("Name of the semaphore")
    String name;

    @Label("Requested")
    @Description("Permits asked for")
    int requested;

    @Label("Queue Length")
    @Description("Requests that still waited when this one ended, about")
    int queueLength;

    @Label("Outcome")
    @Description("How the wait ended")
    String outcome;

    @Label("Requester")
    @Description("Thread that asked for the permits")
    Thread requester;
  }

  /** A release that would have gone above the maximum. */
  @Name("io.github.seinpaal.RefusedRelease")
  @Label("Refused Release")
  @Category("Seinpaal")
  @Description("A release would have made more permits available than the maximum")
  static final class RefusedReleaseEvent extends Event {
    @Label("Name")
    @Description("Name of the semaphore")
    String name;

    @Label("Released")
    @Description("Permits that were to be released")
    int released;

    @Label("Available")
    @Description("Permits available at about that time")
    int available;

    @Label("Maximum")
    @Description("The most permits that may be available")
    int maximum;
  }

  /** A change of the maximum. */
  @Name("io.github.seinpaal.Resize")
  @Label("Semaphore Resize")
  @Category("Seinpaal")
  @Description("The maximum of a semaphore was changed")
  static final class ResizeEvent extends Event {
    @Label("Name")
    @Description("Name of the semaphore")
    String name;

    @Label("From")
    @Description("The maximum before")
    int from;

    @Label("To")
    @Description("The maximum after")
    int to;
  }

  /** A shutdown. */
  @Name("io.github.seinpaal.Shutdown")
  @Label("Semaphore Shutdown")
  @Category("Seinpaal")
  @Description("A semaphore was shut down")
  static final class ShutdownEvent extends Event {
    @Label("Name")
    @Description("Name of the semaphore")
    String name;

    @Label("Waiting")
    @Description("Requests that waited at about that time")
    int waiting;
  }

  /** Initialized at the first wait after the flight recorder has come into use. */
  private static final class Wait {
    static final EventType TYPE = EventType.getEventType(WaitEvent.class);

    private Wait() {}
  }

  /** Fails if there is no flight recorder. */
  FlightRecorder() {
    isInUse();
  }

  /** Once true, true for ever. */
  private static boolean isInUse() {
    return jdk.jfr.FlightRecorder.isInitialized();
  }

  @Override
  Object beginWait() {
    try {
      if (!isInUse() || !Wait.TYPE.isEnabled()) {
        return null;
      }
      WaitEvent event = new WaitEvent();
      event.requester = Thread.currentThread();
      event.begin();
      return event;
    } catch (Throwable e) { // no diagnosis is worth a request
      return null;
    }
  }

  @Override
  void endWait(Object begun, String name, int requested, int queueLength, String outcome) {
    if (begun == null) {
      return;
    }
    try {
      WaitEvent event = (WaitEvent) begun;
      event.end();
      if (event.shouldCommit()) {
        event.name = name;
        event.requested = requested;
        event.queueLength = queueLength;
        event.outcome = outcome;
        event.commit();
      }
    } catch (Throwable e) { // as above
      return;
    }
  }

  @Override
  void refusedRelease(String name, int permits, int available, int maximum) {
    if (!isInUse()) {
      return;
    }
    try {
      RefusedReleaseEvent event = new RefusedReleaseEvent();
      event.name = name;
      event.released = permits;
      event.available = available;
      event.maximum = maximum;
      event.commit();
    } catch (Throwable e) { // as above
      return;
    }
  }

  @Override
  void resized(String name, int from, int to) {
    if (!isInUse()) {
      return;
    }
    try {
      ResizeEvent event = new ResizeEvent();
      event.name = name;
      event.from = from;
      event.to = to;
      event.commit();
    } catch (Throwable e) { // as above
      return;
    }
  }

  @Override
  void shutDown(String name, int waiting) {
    if (!isInUse()) {
      return;
    }
    try {
      ShutdownEvent event = new ShutdownEvent();
      event.name = name;
      event.waiting = waiting;
      event.commit();
    } catch (Throwable e) { // as above
      return;
    }
  }
}
