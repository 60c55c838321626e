package io.github.seinpaal.jmh;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What JMH measured, read from its JSON files; forks of the same point in several files add up. */
final class Results {
  /** One point of the matrix: everything but the rival. */
  record Point(
      String benchmark,
      String jdk,
      String mode,
      String unit,
      int threads,
      TreeMap<String, String> params)
      implements Comparable<Point> {
    private static final Comparator<Point> ORDER =
        Comparator.comparing(Point::benchmark)
            .thenComparing(Point::jdk, Results::compareNatural)
            .thenComparing(Point::paramText, Results::compareNatural)
            .thenComparingInt(Point::threads);

    @Override
    public int compareTo(Point other) {
      return ORDER.compare(this, other);
    }

    /** The parameters as text, {@code permits=4 work=100}. */
    String paramText() {
      return params.entrySet().stream()
          .map(e -> e.getKey() + "=" + e.getValue())
          .collect(Collectors.joining(" "));
    }

    /** The feature version of the JDK, {@code 17}. */
    String feature() {
      return jdk.replaceFirst("^1\\.", "").replaceFirst("[^0-9].*", "");
    }

    /** Whether a larger score is a better one. */
    boolean higherIsBetter() {
      return mode.equals("thrpt");
    }
  }

  /** The iterations of each fork, and whether the rival failed or was stopped in some round. */
  static final class Samples {
    final List<double[]> forks = new ArrayList<>();
    final List<TreeMap<Double, Long>> histograms = new ArrayList<>();
    int unfinished;

    boolean isEmpty() {
      return forks.isEmpty() && histograms.isEmpty();
    }
  }

  /** By point, then by rival; points sorted, rivals in the order of {@link Rival#NAMES}. */
  final Map<Point, Map<String, Samples>> points = new TreeMap<>();

  /** Reads files, and the {@code *.json} files of directories, in the order of their names. */
  static Results load(List<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> found = Files.list(path)) {
          found.filter(f -> f.toString().endsWith(".json")).sorted().forEach(files::add);
        }
      } else {
        files.add(path);
      }
    }
    if (files.isEmpty()) {
      throw new IOException("no .json file in " + paths);
    }
    Results results = new Results();
    for (Path file : files) {
      try (Reader reader = Files.newBufferedReader(file)) {
        JsonElement root = JsonParser.parseReader(reader);
        if (root.isJsonArray()) {
          for (JsonElement entry : root.getAsJsonArray()) {
            if (entry.getAsJsonObject().has("primaryMetric")) {
              results.add(entry.getAsJsonObject());
            }
          }
        }
      } catch (JsonParseException | IllegalStateException e) {
        throw new IOException(file + " is not a result file of JMH: " + e.getMessage(), e);
      }
    }
    return results;
  }

  private void add(JsonObject entry) {
    JsonObject metric = entry.getAsJsonObject("primaryMetric");
    TreeMap<String, String> params = new TreeMap<>();
    if (entry.has("params")) {
      entry.getAsJsonObject("params").asMap().forEach((k, v) -> params.put(k, v.getAsString()));
    }
    String rival = params.containsKey("rival") ? params.remove("rival") : "";
    String[] name = entry.get("benchmark").getAsString().split("\\.");
    Point point =
        new Point(
            name[name.length - 2].replaceFirst("Benchmark$", "") + "." + name[name.length - 1],
            entry.get("jdkVersion").getAsString(),
            entry.get("mode").getAsString(),
            metric.get("scoreUnit").getAsString(),
            entry.get("threads").getAsInt(),
            params);
    Samples samples =
        points
            .computeIfAbsent(
                point,
                p -> new TreeMap<>(Comparator.comparingInt(Results::rank).thenComparing(r -> r)))
            .computeIfAbsent(rival, r -> new Samples());
    JsonArray raw = metric.getAsJsonArray("rawData");
    if (entry.has("unfinished") || (raw == null && !metric.has("rawDataHistogram"))) {
      samples.unfinished++;
      return;
    }
    if (raw != null) {
      for (JsonElement fork : raw) {
        double[] values = new double[fork.getAsJsonArray().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = fork.getAsJsonArray().get(i).getAsDouble();
        }
        samples.forks.add(values);
      }
    } else {
      for (JsonElement fork : metric.getAsJsonArray("rawDataHistogram")) {
        TreeMap<Double, Long> counts = new TreeMap<>();
        for (JsonElement iteration : fork.getAsJsonArray()) {
          for (JsonElement pair : iteration.getAsJsonArray()) {
            JsonArray valueAndCount = pair.getAsJsonArray();
            counts.merge(
                valueAndCount.get(0).getAsDouble(), valueAndCount.get(1).getAsLong(), Long::sum);
          }
        }
        samples.histograms.add(counts);
      }
    }
  }

  /** The value that the given share of all samples does not exceed. */
  static double percentile(List<TreeMap<Double, Long>> histograms, double share) {
    TreeMap<Double, Long> all = new TreeMap<>();
    histograms.forEach(h -> h.forEach((value, count) -> all.merge(value, count, Long::sum)));
    long total = all.values().stream().mapToLong(Long::longValue).sum();
    long need = Math.max(1, (long) Math.ceil(share * total));
    for (Map.Entry<Double, Long> entry : all.entrySet()) {
      need -= entry.getValue();
      if (need <= 0) {
        return entry.getKey();
      }
    }
    return Double.NaN;
  }

  private static int rank(String rival) {
    int index = Rival.NAMES.indexOf(rival);
    return index < 0 ? Rival.NAMES.size() : index;
  }

  /** Compares text with runs of digits taken as numbers. */
  static int compareNatural(String a, String b) {
    String[] left = a.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");
    String[] right = b.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = left[i].matches("\\d{1,18}") && right[i].matches("\\d{1,18}");
      int order =
          numbers
              ? Long.compare(Long.parseLong(left[i]), Long.parseLong(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }
}
