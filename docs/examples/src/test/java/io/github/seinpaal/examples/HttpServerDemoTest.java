package io.github.seinpaal.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo as a person runs it, over real HTTP. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpServerDemoTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** One run of the demo in this process. */
  private static final class Run {
    private final HttpServerDemo demo;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    Run(HttpServerDemo demo) {
      this.demo = demo;
    }

    int status(String... args) {
      return demo.commandLine()
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true))
          .execute(args);
    }

    CompletableFuture<Integer> start(String... args) {
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(() -> status(args), task -> new Thread(task).start());
      await(() -> demo.front() != null || status.isDone());
      assertThat(status).as(err.toString()).isNotDone();
      return status;
    }
  }

  private final Run run = new Run(new HttpServerDemo());

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.yield();
    }
  }

  private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  static Stream<String> combinations() {
    List<String> all = new ArrayList<>();
    for (String fair : List.of("", " --fair")) {
      for (String work : List.of("", " --work 200", " --work 200 --busy")) {
        for (String clients : List.of("", " --virtual")) {
          if (clients.isEmpty() || Runtime.version().feature() >= 21) {
            all.add("--requests 300" + fair + work + clients);
          }
        }
      }
    }
    all.add("--requests 100 --workers 1 --clients 1");
    all.add("--requests 5 --workers 10 --clients 30");
    all.add("--requests 500 --workers 100 --clients 300");
    return all.stream();
  }

  /** Every combination of options serves what it was asked to and says so. */
  @ParameterizedTest
  @MethodSource("combinations")
  void servesEveryRequest(String options) {
    int status = run.status(options.split(" "));
    assertThat(run.err.toString()).isEmpty();
    assertThat(status).isZero();
    String requests = options.split(" ")[1];
    assertThat(run.out.toString())
        .contains(requests + " of " + requests + " requests, each with the right answer")
        .contains("Every invariant held.");
    Tally tally = run.demo.front().tally();
    assertThat(tally.acceptedCount()).isEqualTo(Long.parseLong(requests));
    assertThat(tally.answeredCount()).isEqualTo(Long.parseLong(requests));
    assertThat(tally.inside()).isZero();
    assertThat(tally.waits().getTotalCount()).isEqualTo(Long.parseLong(requests));
  }

  /** With work for all of them, all the workers are used, and no more. */
  @ParameterizedTest
  @CsvSource({"1", "2", "5"})
  void usesAllWorkersAndNoMore(int workers) {
    assertThat(
            run.status("--requests", "100", "--work", "5000", "--workers", String.valueOf(workers)))
        .isZero();
    assertThat(run.demo.front().tally().mostInside()).isEqualTo(workers);
  }

  /** One worker too many is noticed, named and fails the run. */
  @Test
  void brokenLimitFailsTheRun() {
    Run broken = new Run(new HttpServerDemo(1));
    assertThat(broken.status("--requests", "100", "--work", "5000", "--workers", "1")).isEqualTo(1);
    assertThat(broken.err.toString())
        .isEqualToIgnoringNewLines("BROKEN: at most 1 served at once: there were 2");
    assertThat(broken.out.toString()).doesNotContain("Every invariant held.");
  }

  /** Clients notice an answer that belongs to another request. */
  @Test
  void mixedUpAnswersFailTheRun() throws IOException, InterruptedException {
    HttpServer liar =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] wrong = HttpFrontEnd.answerTo("id=0&word=0").getBytes(StandardCharsets.UTF_8);
    liar.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, wrong.length);
          exchange.getResponseBody().write(wrong);
          exchange.close();
        });
    liar.start();
    HttpFrontEnd front =
        new HttpFrontEnd(0, 1, 0, false, new HttpFrontEnd.Work(Duration.ZERO, false));
    front.start();
    try {
      URI target = URI.create("http://127.0.0.1:" + liar.getAddress().getPort() + "/work");
      LoadGenerator load = new LoadGenerator(target, 2, 10, Duration.ofSeconds(30), Thread::new);
      load.start();
      assertThat(load.awaitEnd(Duration.ofSeconds(30))).isTrue();
      assertThat(load.asked()).isBetween(1L, 2L);
      assertThat(load.right()).isZero();
      Summary summary = new Summary(front, load, 1, false, false, front.stop());
      assertThat(summary.broken())
          .anyMatch(rule -> rule.startsWith("every client gets the right answer"))
          .anyMatch(rule -> rule.endsWith("0 of 10"));
    } finally {
      liar.stop(0);
    }
  }

  /** Wrong options end with status 2 and say what is wrong, without starting anything. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--workers 0 | --workers must be from 1 to 1000, but is 0",
        "--clients 1001 | --clients must be from 1 to 1000, but is 1001",
        "--requests 0 | --requests must be from 1 to 10000000, but is 0",
        "--work -1 | --work must be from 0 to 60000000, but is -1",
        "--serve 65536 | --serve must be from 0 to 65535, but is 65536",
        "--busy | --busy needs --work",
        "--workers many | 'many' is not an int",
        "--nonsense | Unknown option: '--nonsense'"
      })
  void wrongOptions(String options, String message) {
    assertThat(run.status(options.split(" "))).isEqualTo(2);
    assertThat(run.err.toString()).contains(message);
    assertThat(run.out.toString()).isEmpty();
    assertThat(run.demo.front()).isNull();
  }

  /** Help and version end with status 0. */
  @ParameterizedTest
  @CsvSource({"--help, --requests", "--version, Seinpaal"})
  void helpAndVersion(String option, String text) {
    assertThat(run.status(option)).isZero();
    assertThat(run.out.toString()).contains(text);
  }

  /** Before JDK 21 virtual clients are refused. */
  @Test
  void virtualNeedsItsJdk() {
    assumeTrue(Runtime.version().feature() < 21);
    assertThat(run.status("--virtual")).isEqualTo(2);
    assertThat(run.err.toString()).contains("--virtual needs JDK 21");
  }

  /** Stopped in the middle of its load, the demo answers what it has accepted and says so. */
  @ParameterizedTest
  @CsvSource({"0", "300"})
  void stopUnderLoadAnswersWhatWasAccepted(String work) {
    CompletableFuture<Integer> status = run.start("--requests", "10000000", "--work", work);
    Tally tally = run.demo.front().tally();
    await(() -> tally.answeredCount() >= 100);
    run.demo.stop(130);
    assertThat(status.join()).as(run.err.toString()).isEqualTo(130);
    assertThat(run.out.toString()).contains("Every invariant held.");
    assertThat(tally.answeredCount()).isEqualTo(tally.acceptedCount()).isLessThan(10_000_000);
    assertThat(tally.goneCount()).isZero();
  }

  /** A person's requests are answered until the demo is stopped; then nobody listens. */
  @Test
  void servesAPerson() throws IOException, InterruptedException {
    CompletableFuture<Integer> status = run.start("--serve", "0");
    HttpFrontEnd front = run.demo.front();
    HttpResponse<String> page = get(front.uri("/"));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body()).contains("Request server: 3 workers").doesNotContain("%%", "$");
    assertThat(get(front.uri("/work?id=1&word=hello")).body())
        .isEqualTo("id=1&word=hello crc32=990b8890\n");
    assertThat(get(front.uri("/work")).body()).isEqualTo(" crc32=00000000\n");
    assertThat(get(front.uri("/other")).statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(front.uri("/work"))
            .POST(HttpRequest.BodyPublishers.ofString("text"))
            .build();
    assertThat(CLIENT.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);

    URI uri = front.uri("/");
    run.demo.stop(130);
    assertThat(status.join()).isEqualTo(130);
    assertThat(front.tally().answeredCount()).isEqualTo(5);
    assertThatThrownBy(() -> get(uri)).isInstanceOf(ConnectException.class);
  }

  /** A port that is taken is said to be, with status 1. */
  @Test
  void portInUse() throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      String port = String.valueOf(other.getAddress().getPort());
      assertThat(run.status("--serve", port)).isEqualTo(1);
      assertThat(run.err.toString()).contains("Cannot listen on 127.0.0.1 port " + port);
    } finally {
      other.stop(0);
    }
  }

  /** A child process that runs the demo, with its output. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    Child(String... args) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(HttpServerDemo.class.getName());
      command.addAll(Arrays.asList(args));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      output = process.inputReader(StandardCharsets.UTF_8);
      assumeTrue(process.supportsNormalTermination());
    }

    /** Reads lines up to one that the pattern is found in. */
    Matcher awaitLine(String pattern) throws IOException {
      List<String> seen = new ArrayList<>();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        seen.add(line);
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        if (matcher.find()) {
          return matcher;
        }
      }
      throw new AssertionError("No line with " + pattern + " in " + seen);
    }

    /** Asks the process to end; unlike {@code Process.destroy}, leaves its output readable. */
    void terminate() {
      process.toHandle().destroy();
    }

    String rest() {
      return output.lines().collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** A termination signal under load: a clean stop, the summary, and the status shells expect. */
  @Test
  void signalStopsCleanly() throws IOException, InterruptedException {
    try (Child child = new Child("--serve", "0", "--requests", "10000000")) {
      URI uri = URI.create(child.awaitLine("http://127\\.0\\.0\\.1:\\d+/").group());
      assertThat(get(uri.resolve("/work?id=1")).body()).startsWith("id=1 crc32=");
      child.terminate();
      String rest = child.rest();
      assertThat(child.process.waitFor()).as(rest).isEqualTo(143);
      assertThat(rest).contains("each with the right answer").contains("Every invariant held.");
    }
  }

  /** A second signal ends the process at once, however long the accepted requests would take. */
  @Test
  void secondSignalEndsAtOnce() throws IOException, InterruptedException {
    try (Child child =
        new Child("--serve=0", "--work=60000000", "--workers=3", "--clients=2", "--requests=2")) {
      URI uri = URI.create(child.awaitLine("http://127\\.0\\.0\\.1:\\d+/").group());
      while (!get(uri).body().contains("this page included<td>3 of 3")) {
        Thread.yield();
      }
      child.terminate();
      child.awaitLine("^Stopping");
      child.terminate();
      assertThat(child.process.waitFor()).isEqualTo(143);
      assertThat(child.rest()).doesNotContain("Most at once");
    }
  }
}
