package io.github.seinpaal.jmh;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * C3: many waiters leave together. Every measurement is a process of its own ({@link Storm}), so
 * that a rival that does not finish can be stopped and disturbs nobody after it.
 */
@Command(
    name = "storm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "C3: N waiters leave together; when is the last one back?",
    description =
        "Counted from the common deadline, or from the first of N interrupts in random order."
            + " The rival 'park' is bare parkNanos, the baseline. Virtual threads from JDK 21 on,"
            + " else platform threads, and then fewer.")
final class StormCommand implements Callable<Integer> {
  /** One row of the report. */
  private record Row(Storm.Kind kind, int waiters, String rival) {}

  @Spec private CommandSpec spec;

  @Option(
      names = {"-n", "--waiters"},
      split = ",",
      defaultValue = "1000,8000",
      description = "How many; default ${DEFAULT-VALUE}. Also: 64000, 1000000.")
  private List<Integer> waiters;

  @Option(
      names = "--kinds",
      split = ",",
      defaultValue = "timeout,interrupt",
      description = "Of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private List<Storm.Kind> kinds;

  @Option(
      names = "--rivals",
      split = ",",
      defaultValue = "park,seinpaal,seinpaalFair,juc,jucFair",
      description = "Default ${DEFAULT-VALUE}.")
  private List<String> rivals;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Every rival once per round; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--timeout-millis",
      defaultValue = "500",
      description = "How long the waiters wait once all have started; default ${DEFAULT-VALUE}.")
  private long timeoutMillis;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "A rival not done by then is stopped: DNF; default ${DEFAULT-VALUE}.")
  private long limit;

  @Option(names = "--jvm", paramLabel = "JAVA", description = "The java command to measure with.")
  private String jvm;

  @Option(
      names = "--jvm-args",
      paramLabel = "ARGS",
      description = "Arguments for it, separated by blanks, as -Xmx8g.")
  private String jvmArgs = "";

  @Option(names = "--out", paramLabel = "FILE", description = "Also write the results as JSON.")
  private Path out;

  private Jdk jdk;

  @Override
  public Integer call() throws Exception {
    jdk = Jdk.of(jvm);
    List<String> known = new ArrayList<>(Rival.NAMES);
    known.remove("floor");
    known.add("park");
    if (!known.containsAll(rivals)) {
      throw new ParameterException(
          spec.commandLine(), "rivals are " + String.join(",", known) + ", not " + rivals);
    }
    if (!jdk.virtualThreads() && waiters.stream().anyMatch(n -> n > Waiters.MOST_PLATFORM)) {
      System.out.printf(
          "JDK %s has no virtual threads: %,d platform threads at most%n",
          jdk.number(), Waiters.MOST_PLATFORM);
      waiters = waiters.stream().map(n -> Math.min(n, Waiters.MOST_PLATFORM)).distinct().toList();
    }
    Child.endWithParent();
    Map<Row, List<JsonObject>> measured = new LinkedHashMap<>();
    for (Storm.Kind kind : kinds) {
      for (int n : waiters) {
        for (String rival : rivals) {
          measured.put(new Row(kind, n, rival), new ArrayList<>());
        }
      }
    }
    int total = measured.size() * rounds;
    int done = 0;
    Set<Row> unfinished = new HashSet<>();
    for (Storm.Kind kind : kinds) {
      for (int n : waiters) {
        for (int round = 1; round <= rounds; round++) {
          List<String> order = new ArrayList<>(rivals);
          Collections.rotate(order, round - 1);
          for (String rival : order) {
            Row row = new Row(kind, n, rival);
            done++;
            String title =
                String.format(Locale.ROOT, "[%d/%d] %s N=%,d %s", done, total, kind, n, rival);
            if (unfinished.stream()
                .anyMatch(u -> u.kind == kind && u.rival.equals(rival) && u.waiters <= n)) {
              System.out.println(title + ": left out, did not finish before");
              continue;
            }
            JsonObject result = measure(row, title);
            if (result == null) {
              unfinished.add(row);
            } else {
              measured.get(row).add(result);
            }
          }
        }
      }
    }
    report(measured);
    if (out != null) {
      writeJson(measured);
    }
    return 0;
  }

  /** One process; null if it did not finish. */
  private JsonObject measure(Row row, String title) throws IOException, InterruptedException {
    long lead = Storm.leadMillis(row.waiters(), timeoutMillis, jdk.virtualThreads());
    JsonObject result =
        Child.run(
            jdk,
            jvmArgs,
            Storm.class,
            List.of(
                row.kind().name(),
                row.rival(),
                String.valueOf(row.waiters()),
                String.valueOf(timeoutMillis)),
            title,
            limit + TimeUnit.MILLISECONDS.toSeconds(lead));
    if (result != null) {
      System.out.printf(
          Locale.ROOT,
          "%s: last back after %.4f s%s          %n",
          title,
          result.get("lastSeconds").getAsDouble(),
          result.get("allBlocked").getAsBoolean()
              ? ""
              : " (not all had blocked in time: too few seconds)");
    }
    return result;
  }

  private void report(Map<Row, List<JsonObject>> measured) {
    System.out.println();
    System.out.println(
        "| kind | threads | N | rival | last back, median s | lowest, highest | ÷ park |");
    System.out.println("| --- | --- | ---: | --- | ---: | ---: | ---: |");
    measured.forEach(
        (row, results) -> {
          String start =
              String.format(
                  Locale.ROOT, "| %s | %%s | %,d | %s |", row.kind(), row.waiters(), row.rival());
          if (results.isEmpty()) {
            System.out.printf(start + " DNF (limit %d s) | | |%n", "", limit);
            return;
          }
          double[] seconds = seconds(results);
          List<JsonObject> base = measured.get(new Row(row.kind(), row.waiters(), "park"));
          String ratio =
              base == null || base.isEmpty()
                  ? ""
                  : RatiosCommand.number(
                      Statistics.medianOf(seconds) / Statistics.medianOf(seconds(base)));
          Arrays.sort(seconds);
          System.out.printf(
              start + " %s | %s, %s | %s |%n",
              results.get(0).get("threads").getAsString(),
              RatiosCommand.number(Statistics.medianOf(seconds)),
              RatiosCommand.number(seconds[0]),
              RatiosCommand.number(seconds[seconds.length - 1]),
              ratio);
        });
  }

  private static double[] seconds(List<JsonObject> results) {
    return results.stream().mapToDouble(r -> r.get("lastSeconds").getAsDouble()).toArray();
  }

  private void writeJson(Map<Row, List<JsonObject>> measured) throws IOException {
    JsonArray all = new JsonArray();
    measured.forEach(
        (row, results) -> {
          if (results.isEmpty()) {
            JsonObject dnf = new JsonObject();
            dnf.addProperty("kind", row.kind().name());
            dnf.addProperty("waiters", row.waiters());
            dnf.addProperty("rival", row.rival());
            dnf.addProperty("unfinishedAfterSeconds", limit);
            all.add(dnf);
          }
          results.forEach(all::add);
        });
    Files.writeString(
        out, new GsonBuilder().setPrettyPrinting().create().toJson(all) + System.lineSeparator());
  }
}
