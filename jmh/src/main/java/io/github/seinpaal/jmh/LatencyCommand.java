package io.github.seinpaal.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Percentiles of a single acquire: the matrix for L1, then its table. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Percentiles of a single acquire in the loop of S1.",
    description =
        "Runs L1 and prints p50, p99, p99.9 and the maximum. Takes the options of matrix:"
            + " --preset, --threads, --permits, --rivals, --rounds, --jvm and the others.")
final class LatencyCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      defaultValue = "jmh-latency",
      description = "Directory of the results; default ${DEFAULT-VALUE}.")
  private String out;

  @Unmatched private List<String> others = new ArrayList<>();

  @Override
  public Integer call() {
    List<String> args = new ArrayList<>(List.of("--benchmarks", "L1", "--out", out));
    args.addAll(others);
    int status = new CommandLine(new MatrixCommand()).execute(args.toArray(new String[0]));
    return status == CommandLine.ExitCode.USAGE
        ? status
        : Math.max(status, new CommandLine(new RatiosCommand()).execute(out));
  }
}
