package io.github.seinpaal.jmh;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs the matrix in rounds: in each round every rival of a point runs one fork, right after each
 * other and in an order that turns from round to round, so that drift of the machine hits all.
 */
@Command(
    name = "matrix",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Runs S1, S2, S3 (or C1, L1, M1, B1, P1, Q1) in rounds, all rivals interleaved.",
    description =
        "Each round runs one fork of every rival, in rotating order, and writes JMH's JSON to a"
            + " file of its own. What was measured before an interruption is kept.",
    footer = "Then: ratios DIR, chart DIR.")
final class MatrixCommand implements Callable<Integer> {
  /** How long a preset takes. */
  enum Preset {
    /** A few points, one round, tens of milliseconds each: does it run at all. */
    smoke(
        1,
        1,
        50,
        1,
        50,
        List.of(2),
        List.of("1", "4"),
        List.of("1"),
        List.of("1"),
        List.of("0", "1000"),
        List.of("1:1"),
        List.of("16")),
    /** The points that decide. */
    quick(
        3,
        2,
        300,
        3,
        500,
        List.of(1, 2, 4, 16),
        List.of("1", "4", "16"),
        List.of("16"),
        List.of("1", "4"),
        List.of("0", "1000", "10000"),
        List.of("1:1", "4:4", "1:8", "8:1"),
        List.of("1", "128")),
    /** Every point of the matrix. */
    full(
        5,
        3,
        1000,
        5,
        1000,
        List.of(1, 2, 4, 8, 16, 32),
        List.of("1", "2", "4", "8", "16"),
        List.of("1", "16"),
        List.of("1", "4"),
        List.of("0", "10", "1000", "10000", "100000"),
        List.of("1:1", "2:2", "4:4", "8:8", "1:8", "8:1"),
        List.of("1", "16", "128", "1024"));

    final int rounds;
    final int warmups;
    final long warmupMillis;
    final int iterations;
    final long iterationMillis;
    final List<Integer> threads;
    final List<String> permits;
    final List<String> uncontendedPermits;
    final List<String> latencyPermits;
    final List<String> waiting;
    final List<String> sides;
    final List<String> capacities;

    Preset(
        int rounds,
        int warmups,
        long warmupMillis,
        int iterations,
        long iterationMillis,
        List<Integer> threads,
        List<String> permits,
        List<String> uncontendedPermits,
        List<String> latencyPermits,
        List<String> waiting,
        List<String> sides,
        List<String> capacities) {
      this.rounds = rounds;
      this.warmups = warmups;
      this.warmupMillis = warmupMillis;
      this.iterations = iterations;
      this.iterationMillis = iterationMillis;
      this.threads = threads;
      this.permits = permits;
      this.uncontendedPermits = uncontendedPermits;
      this.latencyPermits = latencyPermits;
      this.waiting = waiting;
      this.sides = sides;
      this.capacities = capacities;
    }
  }

  /** One point: a benchmark method, its threads, its parameters but for the rival. */
  private record Point(String method, int threads, Map<String, String> params) {
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(method.replaceFirst("Benchmark", ""));
      params.forEach((k, v) -> text.append(' ').append(k).append('=').append(v));
      return text.append(" threads=").append(threads).toString();
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      defaultValue = "quick",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. Others override it.")
  private Preset preset;

  @Option(
      names = "--benchmarks",
      split = ",",
      defaultValue = "S1,S2,S3",
      description = "Of S1, S2, S3, C1, L1, M1, B1, P1, Q1; default ${DEFAULT-VALUE}.")
  private List<String> benchmarks;

  @Option(names = "--rivals", split = ",", description = "Only these.")
  private List<String> rivals;

  @Option(names = "--threads", split = ",", description = "For S1, S2, L1, M1, P1; parties of B1.")
  private List<Integer> threads;

  @Option(names = "--permits", split = ",", description = "For S1, S2, S3, L1; elements of P1.")
  private List<String> permits;

  @Option(names = "--waiting", split = ",", description = "Waiters that stay, for C1.")
  private List<String> waiting;

  @Option(names = "--sides", split = ",", description = "Producers:consumers, for Q1.")
  private List<String> sides;

  @Option(names = "--capacities", split = ",", description = "For Q1.")
  private List<String> capacities;

  @Option(names = "--only", paramLabel = "REGEX", description = "Only methods that match.")
  private String only = "";

  @Option(names = "--rounds", description = "Rounds, one fork per rival each.")
  private int rounds;

  @Option(names = "--warmups", description = "Warm-up iterations of a fork.")
  private int warmups = -1;

  @Option(names = "--warmup-millis", description = "Length of one.")
  private long warmupMillis;

  @Option(names = "--iterations", description = "Measured iterations of a fork.")
  private int iterations;

  @Option(names = "--iteration-millis", description = "Length of one.")
  private long iterationMillis;

  @Option(
      names = "--out",
      defaultValue = "jmh-results",
      description = "Directory of the results; default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--jvm",
      paramLabel = "JAVA",
      description = "The java command to measure with; default: this one.")
  private String jvm;

  @Option(
      names = "--jvm-args",
      paramLabel = "ARGS",
      description = "Arguments for it, separated by blanks.")
  private String jvmArgs;

  private Jdk jdk;

  @Override
  public Integer call() throws Exception {
    fillIn();
    System.setProperty("jmh.ignoreLock", "true");
    Files.createDirectories(out);
    try (Stream<Path> old = Files.list(out)) {
      if (old.anyMatch(f -> f.getFileName().toString().matches("matrix-round-\\d+\\.json"))) {
        throw new ParameterException(
            spec.commandLine(), out + " already holds a matrix; name another --out");
      }
    }
    List<Point> points = points();
    int perRound = points.stream().mapToInt(p -> rivalsOf(p).size()).sum();
    int total = perRound * rounds;
    if (total == 0) {
      throw new ParameterException(spec.commandLine(), "nothing to run");
    }
    System.out.printf(
        "%d points, %d forks in %d rounds, about %s%n",
        points.size(), total, rounds, clock((long) (total * (1.2e9 + forkMillis() * 1e6))));
    long start = System.nanoTime();
    int done = 0;
    int failed = 0;
    for (int round = 1; round <= rounds; round++) {
      JsonArray results = new JsonArray();
      Path file = out.resolve(String.format(Locale.ROOT, "matrix-round-%02d.json", round));
      for (int i = 0; i < points.size(); i++) {
        Point point = points.get(i);
        List<String> order = new ArrayList<>(rivalsOf(point));
        Collections.rotate(order, round + i);
        for (String rival : order) {
          JsonElement result = measure(point, rival);
          done++;
          String shown = "DNF";
          if (result == null) {
            failed++;
            result = unfinished(point, rival);
          } else {
            JsonObject metric = result.getAsJsonObject().getAsJsonObject("primaryMetric");
            shown =
                RatiosCommand.number(metric.get("score").getAsDouble())
                    + " "
                    + metric.get("scoreUnit").getAsString();
          }
          results.add(result);
          write(file, results);
          long spent = System.nanoTime() - start;
          System.out.printf(
              "[%d/%d] %s %s: %s   (left: %s)%n",
              done, total, point, rival, shown, clock(spent / done * (total - done)));
        }
      }
    }
    Files.deleteIfExists(out.resolve("last-fork.log"));
    System.out.printf(
        "%d forks, %d did not finish; results in %s%n",
        done, failed, out.resolve("matrix-round-*"));
    return failed == 0 ? 0 : 1;
  }

  private void fillIn() throws IOException {
    rounds = rounds > 0 ? rounds : preset.rounds;
    warmups = warmups >= 0 ? warmups : preset.warmups;
    warmupMillis = warmupMillis > 0 ? warmupMillis : preset.warmupMillis;
    iterations = iterations > 0 ? iterations : preset.iterations;
    iterationMillis = iterationMillis > 0 ? iterationMillis : preset.iterationMillis;
    threads = threads != null ? threads : preset.threads;
    jdk = Jdk.of(jvm);
    Set<String> known = new LinkedHashSet<>(Rival.NAMES);
    known.addAll(BarrierRival.ONE_SHOT_NAMES);
    known.addAll(PoolRival.NAMES);
    known.addAll(MutexRival.NAMES);
    known.addAll(QueueRival.NAMES);
    if (rivals != null && !known.containsAll(rivals)) {
      throw new ParameterException(
          spec.commandLine(), "rivals are " + String.join(",", known) + ", not " + rivals);
    }
  }

  private List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (String id : benchmarks) {
      switch (id) {
        case "S1" -> cross(points, "S1ContendedBenchmark.acquireRelease", threads, preset.permits);
        case "S2" -> cross(points, "S2NoWorkBenchmark.acquireRelease", threads, preset.permits);
        case "S3" -> {
          for (String method :
              List.of(
                  "acquireRelease",
                  "tryAcquireRelease",
                  "acquireReleaseBulk",
                  "guardedAcquireRelease",
                  "escapingGuardAcquireRelease")) {
            cross(
                points, "S3UncontendedBenchmark." + method, List.of(1), preset.uncontendedPermits);
          }
        }
        case "C1" -> {
          for (String nanos : List.of("1", "50000")) {
            for (String waiters : waiting != null ? waiting : preset.waiting) {
              if (jdk.virtualThreads() || Integer.parseInt(waiters) <= Waiters.MOST_PLATFORM) {
                Map<String, String> params = new LinkedHashMap<>();
                params.put("timeoutNanos", nanos);
                params.put("waiting", waiters);
                points.add(new Point("C1LeaveQueueBenchmark.timeOut", 1, params));
              }
            }
          }
        }
        case "M1" -> {
          for (String work : List.of("0", "100")) {
            for (int t : threads) {
              points.add(new Point("M1MutexBenchmark.lockUnlock", t, Map.of("work", work)));
            }
          }
        }
        case "B1" -> {
          for (String method : List.of("reusable", "oneShot")) {
            for (int parties : threads) {
              for (String work :
                  preset == Preset.full ? "0 100 1000".split(" ") : "0 1000".split(" ")) {
                if (parties > 1 && parties <= 16) {
                  Map<String, String> params = new LinkedHashMap<>();
                  params.put("parties", String.valueOf(parties));
                  params.put("work", work);
                  points.add(new Point("B1BarrierBenchmark." + method, 1, params));
                }
              }
            }
          }
        }
        case "P1" -> cross(points, "P1PoolBenchmark.use", threads, preset.permits);
        case "Q1" -> {
          for (String s : sides != null ? sides : preset.sides) {
            for (String capacity : capacities != null ? capacities : preset.capacities) {
              Map<String, String> params = new LinkedHashMap<>();
              params.put("sides", s);
              params.put("capacity", capacity);
              points.add(new Point("Q1QueueBenchmark.batch", 1, params));
            }
          }
        }
        case "L1" -> cross(points, "L1LatencyBenchmark.acquire", threads, preset.latencyPermits);
        default -> throw new ParameterException(spec.commandLine(), "no benchmark " + id);
      }
    }
    points.removeIf(p -> !p.method().matches(".*(" + only + ").*"));
    return points;
  }

  private void cross(List<Point> points, String method, List<Integer> t, List<String> preset) {
    for (String n : permits != null ? permits : preset) {
      for (int threads : t) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("permits", n);
        points.add(new Point(method, threads, params));
      }
    }
  }

  private List<String> rivalsOf(Point point) {
    List<String> all = new ArrayList<>(namesFor(point));
    if (!point.method().startsWith("S3")) {
      all.removeIf(r -> r.endsWith("Max"));
    }
    if (point.method().startsWith("L1")) {
      all.remove("floor");
    }
    if (rivals != null) {
      all = new ArrayList<>(rivals);
      all.retainAll(namesFor(point));
    }
    return all;
  }

  private static List<String> namesFor(Point point) {
    return switch (point.method().replaceFirst(".*[.]", "")) {
      case "reusable" -> BarrierRival.NAMES;
      case "oneShot" -> BarrierRival.ONE_SHOT_NAMES;
      case "use" -> PoolRival.NAMES;
      case "lockUnlock" -> MutexRival.NAMES;
      case "batch" -> QueueRival.NAMES;
      default -> Rival.NAMES;
    };
  }

  private long forkMillis() {
    return warmups * warmupMillis + iterations * iterationMillis;
  }

  /** Runs one fork; null if it failed or had to be stopped. */
  private JsonElement measure(Point point, String rival) throws IOException, InterruptedException {
    Path log = out.resolve("last-fork.log");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^\\Q" + MatrixCommand.class.getPackageName() + "." + point.method() + "\\E$")
            .param("rival", rival)
            .threads(point.threads())
            .forks(1)
            .warmupIterations(warmups)
            .warmupTime(TimeValue.milliseconds(warmupMillis))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(iterationMillis))
            .timeout(TimeValue.seconds(20))
            .jvm(jdk.java())
            .jvmArgsAppend(jdk.quiet().toArray(new String[0]))
            .output(log.toString());
    point.params().forEach((k, v) -> options.param(k, v));
    if (jvmArgs != null) {
      options.jvmArgs(jvmArgs.trim().split(" +"));
    }
    ExecutorService executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "jmh");
              thread.setDaemon(true);
              return thread;
            });
    Future<Collection<RunResult>> run = executor.submit(new Runner(options.build())::run);
    try {
      Collection<RunResult> results = run.get(forkMillis() + 90_000, TimeUnit.MILLISECONDS);
      if (results.size() != 1) {
        keep(log, point, rival);
        return null;
      }
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      ResultFormatFactory.getInstance(
              ResultFormatType.JSON, new PrintStream(json, true, StandardCharsets.UTF_8))
          .writeOut(results);
      JsonArray array =
          JsonParser.parseString(json.toString(StandardCharsets.UTF_8)).getAsJsonArray();
      return array.get(0);
    } catch (TimeoutException | ExecutionException e) {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      keep(log, point, rival);
      return null;
    } finally {
      executor.shutdownNow();
    }
  }

  private void keep(Path log, Point point, String rival) throws IOException {
    if (Files.exists(log)) {
      Files.copy(
          log,
          out.resolve("failed " + point + " " + rival + ".log"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The entry of a fork without a result. */
  private JsonObject unfinished(Point point, String rival) {
    JsonObject entry = new JsonObject();
    entry.addProperty("benchmark", MatrixCommand.class.getPackageName() + "." + point.method());
    entry.addProperty("unfinished", true);
    entry.addProperty("threads", point.threads());
    entry.addProperty("jdkVersion", jdk.number());
    JsonObject params = new JsonObject();
    params.addProperty("rival", rival);
    point.params().forEach(params::addProperty);
    JsonObject metric = new JsonObject();
    String id = point.method().substring(0, 2);
    if (id.equals("S1") || id.equals("L1") || id.equals("P1")) {
      params.addProperty("work", "100");
    }
    entry.add("params", params);
    entry.addProperty(
        "mode", id.equals("L1") ? "sample" : id.matches("S1|S2|M1|P1|Q1") ? "thrpt" : "avgt");
    metric.addProperty(
        "scoreUnit",
        switch (id) {
          case "S1", "S2", "M1", "P1", "Q1" -> "ops/us";
          case "S3" -> "ns/op";
          default -> "us/op";
        });
    entry.add("primaryMetric", metric);
    return entry;
  }

  private static void write(Path file, JsonArray results) throws IOException {
    String json = new GsonBuilder().setPrettyPrinting().create().toJson(results);
    Files.writeString(file, json + System.lineSeparator());
  }

  /** Minutes and seconds. */
  static String clock(long nanos) {
    Duration d = Duration.ofNanos(nanos);
    return String.format(Locale.ROOT, "%d:%02d", d.toMinutes(), d.toSecondsPart());
  }
}
