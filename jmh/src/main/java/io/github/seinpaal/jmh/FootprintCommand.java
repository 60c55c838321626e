package io.github.seinpaal.jmh;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Z1: bytes of an idle semaphore, of a waiter, and allocated by an uncontended operation. */
@Command(
    name = "footprint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Z1: bytes of a semaphore, of a waiter, of an operation.",
    description =
        "Sizes of an idle semaphore and of each waiter in its queue (JOL); bytes allocated by an"
            + " uncontended operation (S3 under JMH's gc profiler).")
final class FootprintCommand implements Callable<Integer> {
  @Option(names = "--jvm", paramLabel = "JAVA", description = "The java command to measure with.")
  private String jvm;

  @Option(
      names = "--no-allocation",
      description = "Leave the allocation out, which takes about a minute.")
  private boolean noAllocation;

  @Option(names = "--out", paramLabel = "FILE", description = "Also write the results as JSON.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    Jdk jdk = Jdk.of(jvm);
    JsonObject result = sizes(jdk);
    System.out.printf("JDK %s%n%n", jdk.number());
    System.out.println("| rival | idle, bytes | per waiter, bytes | objects when idle |");
    System.out.println("| --- | ---: | ---: | --- |");
    for (JsonElement element : result.getAsJsonArray("sizes")) {
      JsonObject entry = element.getAsJsonObject();
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.1f | %s |%n",
          entry.get("rival").getAsString(),
          entry.get("idleBytes").getAsLong(),
          entry.get("perWaiterBytes").getAsDouble(),
          entry.get("idleObjects").getAsString());
    }
    System.out.printf("%nA guard: %d bytes.%n%n", result.get("permitBytes").getAsLong());
    if (!noAllocation) {
      result.add("allocation", allocation(jdk));
    }
    if (out != null) {
      Files.writeString(
          out,
          new GsonBuilder().setPrettyPrinting().create().toJson(result) + System.lineSeparator());
    }
    return 0;
  }

  private static JsonObject sizes(Jdk jdk) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            jdk.java(),
            "-Djdk.attach.allowAttachSelf=true",
            "-XX:+EnableDynamicAgentLoading",
            "-cp",
            System.getProperty("java.class.path"),
            Footprint.class.getName());
    Process process = builder.redirectErrorStream(true).start();
    String last = "nothing";
    String result = null;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        result = line.startsWith("{") ? line : result;
        last = line;
      }
    }
    if (!process.waitFor(2, TimeUnit.MINUTES) || result == null) {
      process.destroyForcibly();
      throw new IOException("the measuring process failed; it said: " + last);
    }
    return JsonParser.parseString(result).getAsJsonObject();
  }

  private static JsonArray allocation(Jdk jdk) throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true");
    JsonArray all = new JsonArray();
    List<String> rivals = Rival.NAMES.stream().filter(r -> !r.equals("floor")).toList();
    System.out.println("| rival | operation | allocated, bytes per operation |");
    System.out.println("| --- | --- | ---: |");
    for (String rival : rivals) {
      Collection<RunResult> results =
          new Runner(
                  new OptionsBuilder()
                      .include("\\." + S3UncontendedBenchmark.class.getSimpleName() + "\\.")
                      .param("rival", rival)
                      .param("permits", "16")
                      .forks(1)
                      .warmupIterations(2)
                      .warmupTime(TimeValue.milliseconds(400))
                      .measurementIterations(2)
                      .measurementTime(TimeValue.milliseconds(400))
                      .timeout(TimeValue.seconds(20))
                      .addProfiler(GCProfiler.class)
                      .jvm(jdk.java())
                      .jvmArgsAppend(jdk.quiet().toArray(new String[0]))
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run();
      for (RunResult run : results) {
        Result<?> norm = run.getSecondaryResults().get("gc.alloc.rate.norm");
        if (norm == null) {
          norm = run.getSecondaryResults().get("·gc.alloc.rate.norm");
        }
        String method = run.getParams().getBenchmark().replaceFirst(".*\\.", "");
        JsonObject entry = new JsonObject();
        entry.addProperty("rival", rival);
        entry.addProperty("operation", method);
        entry.addProperty("bytesPerOperation", norm.getScore());
        all.add(entry);
        System.out.printf(Locale.ROOT, "| %s | %s | %.3f |%n", rival, method, norm.getScore());
      }
    }
    System.out.println();
    return all;
  }
}
