package io.github.seinpaal.jmh;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A measurement in a process of its own, so that one that does not finish can be stopped and
 * disturbs nobody after it. It prints lines of progress, and at last its result as JSON.
 */
final class Child {
  private Child() {}

  /** Stops the processes still running when this one is stopped. */
  static void endWithParent() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                "stop-children"));
  }

  /**
   * Runs a main class, showing how far it is.
   *
   * @return its result; null if it did not finish within the limit, or failed
   */
  @SuppressWarnings("SystemConsoleNull") // decides how progress is shown, no more
  static JsonObject run(
      Jdk jdk, String jvmArgs, Class<?> main, List<String> args, String title, long limitSeconds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(jdk.java());
    for (String arg : jvmArgs.trim().split(" +")) {
      if (!arg.isEmpty()) {
        command.add(arg);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    AtomicReference<String> last = new AtomicReference<>("starting");
    AtomicReference<String> result = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader()) {
                lines
                    .lines()
                    .forEach(
                        line -> {
                          if (line.startsWith("{")) {
                            result.set(line);
                          } else {
                            last.set(line);
                          }
                        });
              } catch (IOException | UncheckedIOException e) {
                last.set("stopped, " + last.get());
              }
            },
            "child-reader");
    reader.setDaemon(true);
    reader.start();
    boolean live = System.console() != null;
    long start = System.nanoTime();
    boolean ended = false;
    while (!ended && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(limitSeconds)) {
      ended = process.waitFor(500, TimeUnit.MILLISECONDS);
      if (live) {
        System.out.printf(
            "\r%s: %s, %d s of at most %d   ",
            title, last.get(), (System.nanoTime() - start) / 1_000_000_000, limitSeconds);
        System.out.flush();
      }
    }
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    reader.join(TimeUnit.SECONDS.toMillis(10));
    System.out.print(live ? "\r" : "");
    if (result.get() == null) {
      System.out.printf(
          "%s: DNF after %d s (%s)          %n",
          title, (System.nanoTime() - start) / 1_000_000_000, last.get());
      return null;
    }
    return JsonParser.parseString(result.get()).getAsJsonObject();
  }
}
