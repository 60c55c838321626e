package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/semaphore.md are those of {@link SemaphoreSnippets}, and they work. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SemaphoreSnippetsTest {
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final SemaphoreSnippets snippets = new SemaphoreSnippets(log::add);
  private final CountingSemaphore connections = snippets.connections;

  /** Every piece of Java on the page stands, line for line, in the source that is tested here. */
  @Test
  void pageShowsWhatIsTested() throws IOException {
    Path module = Path.of(System.getProperty("basedir"));
    String source =
        unindented(
            Files.readString(
                module.resolve("test/java/io/github/seinpaal/SemaphoreSnippets.java")));
    Matcher piece =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(module.resolve("../docs/semaphore.md")));
    int pieces = 0;
    while (piece.find()) {
      assertThat(source).contains(unindented(piece.group(1)));
      pieces++;
    }
    assertThat(pieces).isGreaterThan(5);
  }

  private static String unindented(String text) {
    return text.replaceAll("(?m)^ +", "").trim();
  }

  /** A permit is given back whatever becomes of the work, and not waited for without patience. */
  @Test
  void permitIsGivenBack() throws InterruptedException {
    assertThat(snippets.<String>query(() -> connections.availablePermits() + " left"))
        .isEqualTo("7 left");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                snippets.query(
                    () -> {
                      throw new IllegalStateException("failed");
                    }));
    assertThat(snippets.queryWithin(Duration.ZERO, () -> "done", "busy")).isEqualTo("done");
    assertThat(connections.availablePermits()).isEqualTo(8);
    try (Permit all = connections.acquirePermit(8)) {
      assertThat(all.count()).isEqualTo(8);
      assertThat(snippets.queryWithin(Duration.ofMillis(1), () -> "done", "busy"))
          .isEqualTo("busy");
    }
  }

  /** What is split off goes back first, the rest after; whatever fails. */
  @Test
  void partGoesBackFirst() throws InterruptedException {
    assertThat(
            snippets.load(
                () -> connections.availablePermits() + " left",
                raw -> raw + ", then " + connections.availablePermits()))
        .isEqualTo("4 left, then 7");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                snippets.load(
                    () -> {
                      throw new IllegalStateException("failed");
                    },
                    raw -> raw));
    assertThat(connections.availablePermits()).isEqualTo(8);
  }

  /** The limit follows the latency, whatever is held. */
  @Test
  void limitAdapts() throws InterruptedException {
    Duration goal = Duration.ofMillis(100);
    try (Permit held = connections.acquirePermit(6)) {
      assertThat(held.count()).isEqualTo(6);
      snippets.adapt(Duration.ofMillis(200), goal);
      assertThat(connections.maxPermits()).isEqualTo(4);
      assertThat(connections.availablePermits()).isEqualTo(-2);
    }
    snippets.adapt(Duration.ofMillis(20), goal);
    assertThat(connections.availablePermits()).isEqualTo(5);
  }

  /** A stop waits for what is held, and refuses the rest. */
  @Test
  void stopIsGraceful() throws InterruptedException {
    Permit held = connections.acquirePermit();
    Task<Boolean> stop = Task.call(ThreadKind.PLATFORM, snippets::stop);
    Await.until("it stops", connections::isShutdown);
    assertThatThrownBy(connections::acquirePermit).isInstanceOf(PermitsUnavailableException.class);
    held.close();
    assertThat(stop.result()).isTrue();
    assertThat(log).isEmpty();
  }

  /** A request whose time is over leaves the queue; permits come back however the answer comes. */
  @Test
  void fetchGivesItsPermitBack() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> fetched = snippets.fetch(path -> answer, "/");
    Await.until("it holds a permit", () -> connections.availablePermits() == 7);
    answer.complete("hello");
    assertThat(fetched.join()).isEqualTo("hello");
    assertThat(connections.availablePermits()).isEqualTo(8);
    assertThatThrownBy(
            () ->
                snippets
                    .fetch(
                        path -> {
                          throw new IllegalStateException("cannot send");
                        },
                        "/")
                    .join())
        .hasRootCauseInstanceOf(IllegalStateException.class);
    assertThat(connections.availablePermits()).isEqualTo(8);
    connections.acquireUninterruptibly(8);
    assertThatThrownBy(snippets.fetch(path -> answer, "/")::join)
        .hasRootCauseInstanceOf(TimeoutException.class);
    Await.queued(connections, 0);
  }

  /** The report names who holds how many, and how long others have waited. */
  @Test
  void reportNamesTheHolders() throws InterruptedException {
    try (Permit held = connections.acquirePermit(3)) {
      assertThat(held.count()).isEqualTo(3);
      snippets.report();
    }
    assertThat(log.get(0)).startsWith(Thread.currentThread().getName() + " holds 3 since ");
    assertThat(log.get(1)).isEqualTo("0 wait; the longest has waited PT0S");
  }
}
