package io.github.seinpaal.examples;

import io.github.seinpaal.CountingSemaphore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that ask for work over HTTP, each one request after the other, until together they have
 * asked a given number of times. No two requests are alike, and each answer is compared with the
 * one right answer to its own request.
 */
final class LoadGenerator {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(30))
          .build();
  private final CountingSemaphore ended = new CountingSemaphore(0); // one permit per ended client
  private final URI target;
  private final int clients;
  private final int requests;
  private final Duration patience;
  private final ThreadFactory threads;

  private final AtomicInteger tickets = new AtomicInteger();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong right = new AtomicLong();
  private final AtomicLong turnedAway = new AtomicLong();
  private final AtomicReference<String> firstTrouble = new AtomicReference<>();
  private final ConcurrentHistogram latencies = Tally.newHistogram();
  private volatile boolean stopped;
  private long startedAt; // written by start, read by the thread that waits for the end
  private long endedAt; // written and read by the thread that waits for the end

  /**
   * A load that has not started.
   *
   * @param patience how long a client waits for one answer before it calls the request failed
   * @param threads makes one thread per client
   */
  LoadGenerator(URI target, int clients, int requests, Duration patience, ThreadFactory threads) {
    this.target = target;
    this.clients = clients;
    this.requests = requests;
    this.patience = patience;
    this.threads = threads;
  }

  /** Starts the clients. */
  void start() {
    startedAt = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      threads.newThread(this::ask).start();
    }
  }

  /** Waits until every client has ended; false if that takes longer. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    boolean all = ended.tryAcquire(clients, timeout);
    endedAt = System.nanoTime();
    return all;
  }

  /** Tells the clients to ask for nothing more; they still wait for what they have asked for. */
  void stop() {
    stopped = true;
  }

  private void ask() {
    SplittableRandom words = new SplittableRandom();
    try {
      while (!stopped) {
        int id = tickets.incrementAndGet();
        if (id > requests) {
          return;
        }
        asked.incrementAndGet();
        ask("id=" + id + "&word=" + Long.toHexString(words.nextLong()));
      }
    } catch (InterruptedException e) {
      trouble("A client was interrupted");
    } finally {
      ended.release();
    }
  }

  private void ask(String query) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(target + "?" + query)).timeout(patience).build();
    long start = System.nanoTime();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      Tally.record(latencies, System.nanoTime() - start);
      if (response.statusCode() == 503) {
        turnedAway.incrementAndGet();
      } else if (response.statusCode() == 200
          && response.body().equals(HttpFrontEnd.answerTo(query))) {
        right.incrementAndGet();
      } else {
        String body = response.body().strip();
        String opening = body.substring(0, Math.min(body.length(), 100));
        trouble("Asked " + query + ", got " + response.statusCode() + " " + opening);
      }
    } catch (IOException e) {
      trouble("Asked " + query + ", got " + e);
    }
  }

  /** Notes the first thing that went wrong and ends the load: one is enough to fail the run. */
  private void trouble(String what) {
    firstTrouble.compareAndSet(null, what);
    stop();
  }

  int requests() {
    return requests;
  }

  /** Requests sent. */
  long asked() {
    return asked.get();
  }

  /** Requests that got their own right answer. */
  long right() {
    return right.get();
  }

  /** Requests that were refused because the server was stopping. */
  long turnedAway() {
    return turnedAway.get();
  }

  /** The first request that went wrong and how, or null. */
  String firstTrouble() {
    return firstTrouble.get();
  }

  /** A copy of the times from asking to having the whole answer, in nanoseconds. */
  Histogram latencies() {
    return latencies.copy();
  }

  /** How long the clients were at it. */
  Duration elapsed() {
    return Duration.ofNanos(endedAt - startedAt);
  }

  /** The load in words. */
  @Override
  public String toString() {
    return Summary.many(requests, "request") + " from " + Summary.many(clients, "client");
  }
}
