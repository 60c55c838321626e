package io.github.seinpaal.examples;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run did, and which of its promises it broke. Made after the server has stopped.
 *
 * @param front the server, stopped
 * @param load the load, ended, or null if there was none
 * @param workers how many requests may be served at once
 * @param others whether others than the load may have sent requests
 * @param cutShort whether the run was stopped before the load was through
 * @param workersEnded whether every worker ended when told to
 */
record Summary(
    HttpFrontEnd front,
    LoadGenerator load,
    int workers,
    boolean others,
    boolean cutShort,
    boolean workersEnded) {

  /** The broken invariants in words; empty if all held. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    Tally tally = front.tally();
    RequestServer<?> server = front.server();
    long answered = tally.answeredCount();

    check(broken, workersEnded, "every worker ends when told to");
    check(
        broken,
        tally.mostInside() <= workers,
        "at most %,d served at once: there were %,d",
        workers,
        tally.mostInside());
    check(
        broken,
        answered + tally.goneCount() == tally.acceptedCount(),
        "every accepted request is answered: %,d of %,d were, and %,d clients left early",
        answered,
        tally.acceptedCount(),
        tally.goneCount());
    check(
        broken,
        server.itemPermits() == 0,
        "no permits are left over: the semaphore of queued requests has %,d",
        server.itemPermits());
    check(
        broken,
        server.mutexPermits() == 1,
        "the mutex is free: it has %,d permits",
        server.mutexPermits());
    check(broken, server.queued() == 0, "the queue is empty: it holds %,d", server.queued());

    if (load != null) {
      check(
          broken,
          load.right() + load.turnedAway() == load.asked(),
          "every client gets the right answer to its own request: %,d of %,d did; the first other"
              + " one: %s",
          load.right(),
          load.asked(),
          load.firstTrouble());
      check(
          broken,
          cutShort || load.right() == load.requests(),
          "as many requests are served as were to be sent: %,d of %,d",
          load.right(),
          load.requests());
      check(
          broken,
          others || answered == load.right(),
          "the server wrote as many answers as clients got: %,d and %,d",
          answered,
          load.right());
    }
    return broken;
  }

  private static void check(List<String> broken, boolean holds, String rule, Object... args) {
    if (!holds) {
      broken.add(String.format(Locale.ROOT, rule, args));
    }
  }

  /** Prints the figures. */
  void print(PrintWriter out) {
    Tally tally = front.tally();
    if (load == null) {
      row(out, "Served", "%s", many(tally.answeredCount(), "request"));
    } else {
      row(
          out,
          "Served",
          "%,d of %,d requests, each with the right answer%s",
          load.right(),
          load.requests(),
          load.turnedAway() == 0
              ? ""
              : String.format(Locale.ROOT, "; %,d turned away", load.turnedAway()));
      if (others) {
        row(out, "", "%,d in all, those of others included", tally.answeredCount());
      }
    }
    row(out, "Most at once", "%,d, with %s", tally.mostInside(), many(workers, "worker"));
    if (load != null) {
      row(
          out,
          "Rate",
          "%,.0f requests per second, for %.2f s",
          load.right() / seconds(load.elapsed()),
          seconds(load.elapsed()));
    }
    row(
        out,
        "Left over",
        "%,d permits for requests, %,d in the queue, mutex %s",
        front.server().itemPermits(),
        front.server().queued(),
        front.server().mutexPermits() == 1 ? "free" : "not free");
    Histogram waits = tally.waits();
    if (waits.getTotalCount() > 0) {
      out.println();
      row(
          out,
          "Milliseconds",
          "%10s%10s%10s%10s%10s",
          "median",
          "90 %",
          "99 %",
          "99.9 %",
          "longest");
      percentiles(out, "Wait for a worker", waits);
      if (load != null) {
        percentiles(out, "Seen by a client", load.latencies());
      }
    }
    out.flush();
  }

  private static void percentiles(PrintWriter out, String name, Histogram nanos) {
    row(
        out,
        name,
        "%10.3f%10.3f%10.3f%10.3f%10.3f",
        millis(nanos.getValueAtPercentile(50)),
        millis(nanos.getValueAtPercentile(90)),
        millis(nanos.getValueAtPercentile(99)),
        millis(nanos.getValueAtPercentile(99.9)),
        millis(nanos.getMaxValue()));
  }

  private static void row(PrintWriter out, String name, String format, Object... args) {
    out.printf(Locale.ROOT, "%-18s  %s%n", name, String.format(Locale.ROOT, format, args));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  /** A number of things, in words. */
  static String many(long n, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", n, thing, n == 1 ? "" : "s");
  }

  /** Nanoseconds as milliseconds. */
  static double millis(long nanos) {
    return nanos / 1e6;
  }
}
