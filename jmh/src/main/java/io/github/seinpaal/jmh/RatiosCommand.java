package io.github.seinpaal.jmh;

import io.github.seinpaal.jmh.Results.Point;
import io.github.seinpaal.jmh.Results.Samples;
import io.github.seinpaal.jmh.Statistics.Estimate;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints Markdown tables of scores and of the ratios ours ÷ j.u.c. */
@Command(
    name = "ratios",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Prints Markdown tables of scores, and of ours / j.u.c., from JMH's JSON.",
    description =
        "Scores are medians over all iterations. Ratios are in throughput: above 1 we are faster."
            + " Brackets hold 95 %% bootstrap intervals: forks are drawn first, then iterations"
            + " inside them; rivals with equally many forks are drawn in the same rounds.")
final class RatiosCommand implements Callable<Integer> {
  /** Which columns are divided by which. */
  private record Pair(String title, String ours, String theirs) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("non-fair ratio", "seinpaal", "juc"),
          new Pair("fair ratio", "seinpaalFair", "jucFair"),
          new Pair("non-fair with maximum ratio", "seinpaalMax", "juc"),
          new Pair("fair with maximum ratio", "seinpaalFairMax", "jucFair"),
          new Pair("÷ CountDownLatch", "seinpaal", "latch"),
          new Pair("÷ Phaser", "seinpaal", "phaser"),
          new Pair("÷ ArrayBlockingQueue", "seinpaal", "abq"),
          new Pair("fair ÷ fair ArrayBlockingQueue", "seinpaalFair", "abqFair"),
          new Pair("÷ LinkedBlockingQueue", "seinpaal", "lbq"),
          new Pair("÷ Conversant", "seinpaal", "conversant"));

  private static final Pair ACROSS = new Pair("our fair ÷ j.u.c. non-fair", "seinpaalFair", "juc");

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "JSON files, or directories of them.")
  private List<Path> files;

  @Option(
      names = "--across",
      description = "Also divide our fair mode by the non-fair mode of j.u.c.")
  private boolean across;

  @Option(names = "--only", paramLabel = "REGEX", description = "Only benchmarks that match.")
  private String only = "";

  @Override
  public Integer call() throws Exception {
    print(Results.load(files), System.out);
    return 0;
  }

  private void print(Results results, PrintStream out) {
    Map<String, List<Point>> tables = new LinkedHashMap<>();
    for (Point p : results.points.keySet()) {
      if (p.benchmark().matches("(?s).*(" + only + ").*")) {
        tables
            .computeIfAbsent(
                "### " + p.benchmark() + ", JDK " + p.jdk() + ", " + unit(p),
                k -> new ArrayList<>())
            .add(p);
      }
    }
    tables.forEach(
        (title, points) -> {
          out.println(title);
          out.println();
          if (points.get(0).mode().equals("sample")) {
            percentiles(points, results, out);
          } else {
            table(points, results, out);
          }
          out.println();
        });
  }

  private void table(List<Point> points, Results results, PrintStream out) {
    TreeSet<String> params = new TreeSet<>();
    TreeSet<String> rivals = new TreeSet<>((a, b) -> Integer.compare(index(a), index(b)));
    for (Point p : points) {
      params.addAll(p.params().keySet());
      rivals.addAll(results.points.get(p).keySet());
    }
    List<Pair> pairs = new ArrayList<>(PAIRS);
    if (across) {
      pairs.add(ACROSS);
    }
    pairs.removeIf(p -> !rivals.contains(p.ours()) || !rivals.contains(p.theirs()));

    List<String> head = new ArrayList<>(params);
    head.add("threads");
    for (Pair p : pairs) {
      head.add(p.title());
    }
    head.addAll(rivals);
    out.println("| " + String.join(" | ", head) + " |");
    out.println("|" + " ---: |".repeat(head.size()));
    for (Point p : points) {
      Map<String, Samples> row = results.points.get(p);
      List<String> cells = new ArrayList<>();
      for (String param : params) {
        cells.add(p.params().getOrDefault(param, ""));
      }
      cells.add(String.valueOf(p.threads()));
      for (Pair pair : pairs) {
        cells.add(ratio(p, row.get(pair.ours()), row.get(pair.theirs())));
      }
      for (String rival : rivals) {
        cells.add(score(row.get(rival)));
      }
      out.println("| " + String.join(" | ", cells) + " |");
    }
  }

  /** A row per rival; in brackets the lowest and the highest of single forks. */
  private static void percentiles(List<Point> points, Results results, PrintStream out) {
    out.println("| parameters | threads | rival | p50 | p99 | p99.9 | max | samples |");
    out.println("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |");
    for (Point p : points) {
      results
          .points
          .get(p)
          .forEach(
              (rival, samples) -> {
                String start = "| %s | %d | %s |".formatted(p.paramText(), p.threads(), rival);
                if (samples.isEmpty()) {
                  out.println(start + " DNF | | | | |");
                  return;
                }
                long count =
                    samples.histograms.stream()
                        .flatMap(h -> h.values().stream())
                        .mapToLong(Long::longValue)
                        .sum();
                StringBuilder cells = new StringBuilder(start);
                for (double share : new double[] {0.5, 0.99, 0.999, 1}) {
                  cells.append(' ').append(percentile(samples, share)).append(" |");
                }
                out.println(cells.append(String.format(Locale.ROOT, " %,d |", count)));
              });
    }
  }

  private static String percentile(Samples samples, double share) {
    double[] single =
        samples.histograms.stream()
            .mapToDouble(h -> Results.percentile(List.of(h), share))
            .sorted()
            .toArray();
    String all = number(Results.percentile(samples.histograms, share));
    return single.length == 1
        ? all
        : "%s [%s, %s]".formatted(all, number(single[0]), number(single[single.length - 1]));
  }

  private static int index(String rival) {
    int index = Rival.NAMES.indexOf(rival);
    return index < 0 ? Rival.NAMES.size() + rival.hashCode() % 1000 : index;
  }

  private static String unit(Point p) {
    return switch (p.mode()) {
      case "thrpt" -> p.unit().replace("us", "µs") + " (more is better)";
      default -> p.unit().replace("us", "µs") + " (less is better)";
    };
  }

  private static String ratio(Point p, Samples ours, Samples theirs) {
    if (ours == null || theirs == null) {
      return "";
    }
    if (ours.isEmpty() || theirs.isEmpty()) {
      return ours.isEmpty() ? "DNF" : "j.u.c. DNF";
    }
    Estimate e =
        p.higherIsBetter()
            ? Statistics.ratio(ours.forks, theirs.forks)
            : Statistics.ratio(theirs.forks, ours.forks);
    return e.text("**");
  }

  private static String score(Samples samples) {
    if (samples == null) {
      return "";
    }
    if (samples.isEmpty()) {
      return "DNF";
    }
    Estimate e = Statistics.median(samples.forks);
    return e.text("") + (samples.unfinished > 0 ? " (" + samples.unfinished + " DNF)" : "");
  }

  /** Three significant digits. */
  static String number(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100
            ? "%,.0f"
            : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : size >= 0.1 ? "%.3f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }
}
