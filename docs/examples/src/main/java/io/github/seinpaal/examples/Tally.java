package io.github.seinpaal.examples;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What the server did, counted with atomics alone: it must be able to contradict the semaphores.
 * Every method may be called by any thread at any time.
 */
final class Tally {
  private static final long LONGEST = 3_600_000_000_000L; // one hour; longer waits count as this

  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong gone = new AtomicLong();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();
  private final ConcurrentHistogram waits = newHistogram();

  /** A histogram of nanoseconds with three significant digits. */
  static ConcurrentHistogram newHistogram() {
    return new ConcurrentHistogram(1, LONGEST, 3);
  }

  /** Adds one time to a histogram. */
  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(1, Math.min(nanos, LONGEST)));
  }

  /** A request was put into the queue. */
  void accepted() {
    accepted.incrementAndGet();
  }

  /** A worker took a request that had waited so long. */
  void enter(long waitedNanos) {
    int now = inside.incrementAndGet();
    mostInside.accumulateAndGet(now, Math::max);
    record(waits, waitedNanos);
  }

  /** A worker is done with a request; {@code delivered} is false if its client had left. */
  void leave(boolean delivered) {
    (delivered ? answered : gone).incrementAndGet();
    inside.decrementAndGet();
  }

  long acceptedCount() {
    return accepted.get();
  }

  long answeredCount() {
    return answered.get();
  }

  /** Requests whose client left before the answer was written. */
  long goneCount() {
    return gone.get();
  }

  /** Requests with a worker now. */
  int inside() {
    return inside.get();
  }

  /** The most requests that ever were with a worker at once. */
  int mostInside() {
    return mostInside.get();
  }

  /** A copy of the waits from accepted to taken by a worker, in nanoseconds. */
  Histogram waits() {
    return waits.copy();
  }
}
