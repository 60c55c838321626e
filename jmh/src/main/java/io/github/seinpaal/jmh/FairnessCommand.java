package io.github.seinpaal.jmh;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** F1: how evenly the permits go round. Every measurement is a process of its own. */
@Command(
    name = "fairness",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "F1: the longest wait of one thread, and who overtakes whom, in the loop of S1.",
    description =
        "Prints the longest wait and its percentiles, the ratio of the operations of the busiest"
            + " thread to those of the idlest, and with one permit how often a thread that was seen"
            + " in the queue was passed by a later arrival.")
final class FairnessCommand implements Callable<Integer> {
  /** One row of the report. */
  private record Row(int threads, String rival) {}

  @Spec private CommandSpec spec;

  @Option(
      names = "--threads",
      split = ",",
      defaultValue = "4,16",
      description = "How many; default ${DEFAULT-VALUE}.")
  private List<Integer> threads;

  @Option(
      names = "--permits",
      defaultValue = "1",
      description = "How many may be inside at once; default ${DEFAULT-VALUE}.")
  private int permits;

  @Option(
      names = "--work",
      defaultValue = "100",
      description = "Mean length of the work inside, and outside; default ${DEFAULT-VALUE}.")
  private int work;

  @Option(
      names = "--rivals",
      split = ",",
      defaultValue = "seinpaal,juc,seinpaalFair,jucFair",
      description = "Default ${DEFAULT-VALUE}.")
  private List<String> rivals;

  @Option(
      names = "--seconds",
      defaultValue = "6",
      description = "Of each measurement; default ${DEFAULT-VALUE}. The target speaks of 60.")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "Every rival once per round; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--jvm", paramLabel = "JAVA", description = "The java command to measure with.")
  private String jvm;

  @Option(names = "--out", paramLabel = "FILE", description = "Also write the results as JSON.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    Jdk jdk = Jdk.of(jvm);
    List<String> known = Rival.NAMES.stream().filter(r -> !r.equals("floor")).toList();
    if (!known.containsAll(rivals)) {
      throw new ParameterException(
          spec.commandLine(), "rivals are " + String.join(",", known) + ", not " + rivals);
    }
    Child.endWithParent();
    int total = threads.size() * rivals.size() * rounds;
    System.out.printf(
        "JDK %s: %d measurements, about %d s%n",
        jdk.number(), total, total * (Fairness.totalSeconds(seconds) + 1L));
    Map<Row, List<JsonObject>> measured = new LinkedHashMap<>();
    int done = 0;
    for (int n : threads) {
      rivals.forEach(rival -> measured.put(new Row(n, rival), new ArrayList<>()));
      for (int round = 1; round <= rounds; round++) {
        List<String> order = new ArrayList<>(rivals);
        Collections.rotate(order, round - 1);
        for (String rival : order) {
          done++;
          String title = String.format("[%d/%d] %d threads, %s", done, total, n, rival);
          JsonObject result = measure(jdk, n, rival, title);
          if (result != null) {
            measured.get(new Row(n, rival)).add(result);
          }
        }
      }
    }
    report(measured);
    if (out != null) {
      write(measured);
    }
    return 0;
  }

  private JsonObject measure(Jdk jdk, int n, String rival, String title)
      throws IOException, InterruptedException {
    List<String> args =
        List.of(
            rival,
            String.valueOf(n),
            String.valueOf(permits),
            String.valueOf(work),
            String.valueOf(seconds));
    JsonObject result =
        Child.run(jdk, "", Fairness.class, args, title, 60 + 2L * Fairness.totalSeconds(seconds));
    if (result != null) {
      System.out.printf(
          "%s: longest wait %s ms          %n",
          title, RatiosCommand.number(result.get("longestNanos").getAsLong() / 1e6));
    }
    return result;
  }

  /** Of several rounds: the longest wait of all, the sums of overtakings, medians of the others. */
  private void report(Map<Row, List<JsonObject>> measured) {
    System.out.println();
    System.out.println(
        "| threads | rival | operations per µs | longest wait, ms | ÷ juc, same mode | p50, µs"
            + " | p99.99, ms | most ÷ least operations of a thread | overtaken, of those seen queued |");
    System.out.println("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    measured.forEach(
        (row, results) -> {
          String start = "| " + row.threads() + " | " + row.rival() + " | ";
          if (results.isEmpty()) {
            System.out.println(start + "DNF | | | | | | |");
            return;
          }
          double longest = longestMillis(results);
          String juc = row.rival().contains("Fair") ? "jucFair" : "juc";
          List<JsonObject> base = measured.getOrDefault(new Row(row.threads(), juc), List.of());
          System.out.println(
              start
                  + String.join(
                      " | ",
                      RatiosCommand.number(
                          median(results, r -> r.get("operations").getAsDouble() / seconds / 1e6)),
                      RatiosCommand.number(longest),
                      base.isEmpty() ? "" : RatiosCommand.number(longest / longestMillis(base)),
                      RatiosCommand.number(
                          median(results, r -> r.get("p50Nanos").getAsDouble() / 1e3)),
                      RatiosCommand.number(
                          median(results, r -> r.get("p9999Nanos").getAsDouble() / 1e6)),
                      RatiosCommand.number(median(results, FairnessCommand::unevenness)),
                      overtakings(results))
                  + " |");
        });
  }

  private static double longestMillis(List<JsonObject> results) {
    return results.stream()
        .mapToDouble(r -> r.get("longestNanos").getAsLong() / 1e6)
        .max()
        .orElseThrow();
  }

  private static double unevenness(JsonObject result) {
    return result.get("mostOfOneThread").getAsDouble()
        / result.get("leastOfOneThread").getAsDouble();
  }

  private static String overtakings(List<JsonObject> results) {
    if (!results.get(0).has("overtaken")) {
      return "not looked for";
    }
    long overtaken = results.stream().mapToLong(r -> r.get("overtaken").getAsLong()).sum();
    long seen = results.stream().mapToLong(r -> r.get("queuedSeen").getAsLong()).sum();
    return String.format(Locale.ROOT, "%,d of %,d", overtaken, seen);
  }

  private static double median(List<JsonObject> results, ToDoubleFunction<JsonObject> value) {
    return Statistics.medianOf(results.stream().mapToDouble(value).toArray());
  }

  private void write(Map<Row, List<JsonObject>> measured) throws IOException {
    JsonArray all = new JsonArray();
    measured.values().forEach(results -> results.forEach(all::add));
    Files.writeString(
        out, new GsonBuilder().setPrettyPrinting().create().toJson(all) + System.lineSeparator());
  }
}
