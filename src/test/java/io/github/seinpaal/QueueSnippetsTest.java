package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the queue do what the text around them says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueueSnippetsTest {

  /** Closing the first queue ends stage after stage, and nothing is lost on the way. */
  @ParameterizedTest
  @MethodSource(Cases.KINDS)
  void stagesEndOneAfterTheOther(Mode mode, ThreadKind kind) throws InterruptedException {
    BoundedQueue<Integer> in = Queues.of(mode, 4);
    BoundedQueue<Integer> between = Queues.of(mode, 1);
    BoundedQueue<String> out = Queues.of(mode, 2);
    List<Task<Void>> stages =
        List.of(
            Task.run(kind, () -> QueueSnippets.stage(in, i -> i * i, between)),
            Task.run(kind, () -> QueueSnippets.stage(between, String::valueOf, out)),
            Task.run(
                kind,
                () -> {
                  try (in) {
                    for (int i = 0; i < 100; i++) {
                      in.put(i);
                    }
                  }
                }));
    List<String> results = new ArrayList<>();
    for (String s; (s = out.poll(Duration.ofMinutes(1))) != null; ) {
      results.add(s);
    }
    assertThat(results).hasSize(100).startsWith("0", "1", "4").endsWith("9801");
    assertThat(out.awaitDrained(Duration.ZERO)).isTrue();
    Task.results(stages);
  }

  @Test
  void aSpaceIsGivenBackIfThereIsNothingToPut() throws InterruptedException {
    BoundedQueue<String> pages = new BoundedQueue<>(1);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                QueueSnippets.putRendered(
                    pages,
                    () -> {
                      throw new IllegalStateException("no page");
                    }));
    assertThat(pages.remainingCapacity()).isOne();
    QueueSnippets.putRendered(pages, () -> "page");
    assertThat(pages).containsExactly("page");
  }

  /** The first example stands in the Javadoc as it stands here. */
  @Test
  void theJavadocShowsWhatIsTested() throws IOException {
    Path sources = Path.of(System.getProperty("basedir"));
    String example =
        lines(sources.resolve("test/java/io/github/seinpaal/QueueSnippets.java"), "  ");
    String javadoc =
        lines(sources.resolve("main/java/io/github/seinpaal/BoundedQueue.java"), " * ");
    String stage =
        example.substring(example.indexOf("static <A, B>"), example.indexOf("\n}\n") + 2);
    assertThat(javadoc).contains(stage);
  }

  private static String lines(Path file, String margin) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      text.append(line.startsWith(margin) ? line.substring(margin.length()) : line).append('\n');
    }
    return text.toString();
  }
}
