package io.github.seinpaal;

/** Thrown when a request for permits can never be met: it asks for more than the maximum. */
public final class PermitsUnavailableException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  PermitsUnavailableException(String message) {
    super(message);
  }
}
