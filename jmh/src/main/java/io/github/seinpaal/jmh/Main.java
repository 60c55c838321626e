package io.github.seinpaal.jmh;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the jar: our commands by name, and JMH itself for everything else. */
@Command(
    name = "benchmarks.jar",
    header = "Benchmarks of the semaphores.",
    customSynopsis = {
      "java -jar benchmarks.jar COMMAND [OPTIONS]",
      "  or:  java -jar benchmarks.jar [JMH's ARGUMENTS]"
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Help on one: help COMMAND. JMH's own: -h.",
      "For example: java -jar benchmarks.jar S3 -f 2",
      "             java -jar benchmarks.jar matrix --preset quick --out results"
    },
    subcommands = {
      MatrixCommand.class,
      RatiosCommand.class,
      ChartCommand.class,
      LatencyCommand.class,
      StormCommand.class,
      FairnessCommand.class,
      FootprintCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs a command, or JMH. */
  public static void main(String[] args) throws Exception {
    CommandLine commands = new CommandLine(new Main());
    if (args.length > 0 && commands.getSubcommands().containsKey(args[0])) {
      System.exit(commands.execute(args));
    }
    if (args.length == 0 || List.of("--help", "--version").contains(args[0])) {
      commands.usage(System.out);
      return;
    }
    org.openjdk.jmh.Main.main(args);
  }
}
