package io.github.seinpaal;

/**
 * Where the engine tells what has happened. This class tells nobody; {@link FlightRecorder}, which
 * is used where it can be loaded, tells Java Flight Recorder. No method throws, waits or calls
 * back.
 */
class Recorder {

  /** The one to tell. */
  static final Recorder INSTANCE = find();

  Recorder() {}

  /** The module jdk.jfr may be absent, unresolved or unreadable; then its first use fails here. */
  private static Recorder find() {
    try {
      return Class.forName("io.github.seinpaal.FlightRecorder")
          .asSubclass(Recorder.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return new Recorder();
    }
  }

  /**
   * A request begins to wait.
   *
   * @return what {@link #endWait} wants to see; null, and nothing allocated, if nobody listens
   */
  Object beginWait() {
    return null;
  }

  /**
   * A request that has waited is over. Another thread than the one that began may say so.
   *
   * @param event from {@link #beginWait}, may be null
   * @param name of the semaphore, may be null
   * @param requested the permits asked for
   * @param queueLength how many requests still wait, about
   * @param outcome how it ended
   */
  void endWait(Object event, String name, int requested, int queueLength, String outcome) {}

  /** A release was refused because it would have gone above the maximum. */
  void refusedRelease(String name, int permits, int available, int maximum) {}

  /** The maximum was changed. */
  void resized(String name, int from, int to) {}

  /** A semaphore was shut down while about so many requests waited. */
  void shutDown(String name, int waiting) {}
}
