package io.github.seinpaal;

/** What the flight recorder is told; nothing if there is none. */
class Recorder {
  static final Recorder INSTANCE = new Recorder();

  /** Begins a wait; null unless waits are recorded. */
  Object beginWait() {
    return null;
  }

  void endWait(Object event, String name, int requested, int queueLength, String outcome) {}

  void refusedRelease(String name, int permits, int available, int maximum) {}

  void resized(String name, int from, int to) {}

  void shutDown(String name, int waiting) {}
}
