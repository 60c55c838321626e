package io.github.seinpaal;

/** Thrown when a {@link BoundedQueue} takes no more elements, or has given out its last. */
public final class QueueClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  QueueClosedException(String message) {
    super(message);
  }
}
