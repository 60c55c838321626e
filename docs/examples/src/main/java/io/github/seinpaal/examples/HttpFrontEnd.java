package io.github.seinpaal.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.seinpaal.CountingSemaphore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.CRC32;
import org.HdrHistogram.Histogram;

/**
 * HTTP on both sides of a {@link RequestServer}. The JDK's {@code HttpServer}, which by default
 * calls its handler on its one dispatcher thread, accepts and parses requests and queues them; the
 * workers write the answers. It listens on 127.0.0.1 only.
 *
 * <ul>
 *   <li>{@code /work?anything} answers with the query and its CRC-32, so that a client can tell its
 *       own answer from another's;
 *   <li>{@code /} is a page with live counters.
 * </ul>
 */
final class HttpFrontEnd {
  static {
    // Read once by the JDK's server. Without the first, the network stack may sit on each small
    // answer for some 40 ms; without the second, connections beyond 200 are closed when idle.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
  }

  private record Request(HttpExchange exchange, long acceptedAt) {}

  private final HttpServer http;
  private final RequestServer<Request> server;
  private final Tally tally = new Tally();
  private final int workers;
  private final Work work;

  /**
   * Binds the address; nothing is accepted before {@link #start}.
   *
   * @param workers the number of requests that may be served at once
   * @param unlawfulWorkers workers started beyond that number, to see the limit broken
   */
  HttpFrontEnd(int port, int workers, int unlawfulWorkers, boolean fair, Work work)
      throws IOException {
    this.workers = workers;
    this.work = work;
    this.server = new RequestServer<>(workers + unlawfulWorkers, fair, this::answer);
    InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    this.http = HttpServer.create(new InetSocketAddress(loopback, port), 1024);
    http.createContext("/", this::dispatch);
  }

  void start() {
    server.start();
    http.start();
  }

  /** The address of {@code path} on this server. */
  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
  }

  Tally tally() {
    return tally;
  }

  RequestServer<?> server() {
    return server;
  }

  /** From now on every request is turned away with status 503. */
  void refuse() {
    server.close();
  }

  /** Refuses, answers what was accepted, and closes; false if some worker did not end in time. */
  boolean stop() throws InterruptedException {
    Duration patience = Duration.ofSeconds(30).plus(work.time().multipliedBy(1 + server.queued()));
    boolean ended = server.stop(patience);
    http.stop(0);
    return ended;
  }

  /** The body of the right answer to {@code query}. */
  static String answerTo(String query) {
    CRC32 crc = new CRC32();
    crc.update(query.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%s crc32=%08x\n", query, crc.getValue());
  }

  /** Runs on the dispatcher thread. */
  private void dispatch(HttpExchange exchange) throws IOException {
    if (server.accept(new Request(exchange, System.nanoTime()))) {
      tally.accepted();
    } else {
      exchange.getResponseHeaders().set("Connection", "close");
      send(exchange, 503, "text/plain", "The server is stopping.\n");
    }
  }

  /** Runs on a worker. */
  private void answer(Request request) {
    tally.enter(System.nanoTime() - request.acceptedAt());
    boolean delivered = false;
    HttpExchange exchange = request.exchange();
    try {
      String query = exchange.getRequestURI().getRawQuery();
      String path = exchange.getRequestURI().getPath();
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        send(exchange, 405, "text/plain", "");
      } else if ("/work".equals(path)) {
        work.run();
        send(exchange, 200, "text/plain", answerTo(query == null ? "" : query));
      } else if ("/".equals(path)) {
        send(exchange, 200, "text/html", page());
      } else {
        send(exchange, 404, "text/plain", "There is / and /work?anything here.\n");
      }
      delivered = true;
    } catch (IOException e) {
      // The client has left; counted, and nobody is there to be told.
    } finally {
      exchange.close(); // again, unless something unforeseen was thrown: no client is left hanging
      tally.leave(delivered);
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private String page() {
    Histogram waits = tally.waits();
    return String.format(
        Locale.ROOT,
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="1">
        <title>Request server: %11$s</title>
        <style>
        body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto;
               padding: 0 1rem; color: #222; background: #fff }
        table { border-collapse: collapse; width: 100%% }
        th { text-align: left; font-weight: normal }
        td { text-align: right; font-variant-numeric: tabular-nums }
        th, td { padding: .2rem 0; border-bottom: 1px solid #ccc }
        </style>
        </head>
        <body>
        <h1>Request server: %11$s</h1>
        <p>Workers wait on one semaphore for requests and on another for the queue.
        Ask for work: <a href="/work?id=1&amp;word=hello">/work?id=1&amp;word=hello</a></p>
        <table>
        <tr><th>Requests accepted<td>%2$,d
        <tr><th>Requests answered<td>%3$,d
        <tr><th>Clients that left early<td>%4$,d
        <tr><th>In the queue now<td>%5$,d
        <tr><th>With a worker now, this page included<td>%6$d of %1$d
        <tr><th>Most ever with a worker at once<td>%7$d of %1$d
        <tr><th>Workers waiting on the semaphore<td>%8$d
        <tr><th>Wait for a worker, median<td>%9$.3f ms
        <tr><th>Wait for a worker, 99th percentile<td>%10$.3f ms
        </table>
        <p>The page loads itself again every second; each time counts as a request.</p>
        </body>
        </html>
        """,
        workers,
        tally.acceptedCount(),
        tally.answeredCount(),
        tally.goneCount(),
        server.queued(),
        tally.inside(),
        tally.mostInside(),
        server.idleWorkers(),
        Summary.millis(waits.getValueAtPercentile(50)),
        Summary.millis(waits.getValueAtPercentile(99)),
        Summary.many(workers, "worker"));
  }

  /**
   * The simulated service.
   *
   * @param time how long it takes
   * @param busy whether it computes for that time, or waits as for a disk
   */
  record Work(Duration time, boolean busy) {
    private static final CountingSemaphore NEVER = new CountingSemaphore(0);

    void run() {
      if (busy) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
          Thread.onSpinWait();
        }
      } else if (!time.isZero()) {
        try {
          NEVER.tryAcquire(time);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
