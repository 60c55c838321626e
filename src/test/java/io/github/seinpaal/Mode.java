package io.github.seinpaal;

/** The two admission rules. */
enum Mode {
  NON_FAIR,
  FAIR;

  boolean fair() {
    return this == FAIR;
  }

  /** A semaphore of this mode without a maximum. */
  CountingSemaphore with(int permits) {
    return new CountingSemaphore(permits, fair());
  }

  /** A semaphore of this mode with a maximum. */
  CountingSemaphore with(int permits, int maxPermits) {
    return builder(permits).maxPermits(maxPermits).build();
  }

  CountingSemaphore.Builder builder(int permits) {
    return CountingSemaphore.builder(permits).fair(fair());
  }
}
