package io.github.seinpaal.examples;

import io.github.seinpaal.CountingSemaphore;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the request server: serves real HTTP on this machine, loads it with real
 * clients, and checks what it did.
 *
 * <p>Exit status: 0 if every invariant held, 1 if one was broken or the server could not start, 2
 * for wrong options. Stopped by a signal with every invariant held it is 130 (Ctrl-C) or 143
 * (termination), as shells expect. The first signal stops cleanly, the second ends the process at
 * once.
 */
@Command(
    name = "HttpServerDemo",
    usageHelpAutoWidth = true,
    mixinStandardHelpOptions = true,
    versionProvider = HttpServerDemo.Version.class,
    sortOptions = false,
    description = {
      "",
      "Serves HTTP requests on 127.0.0.1: a dispatcher queues them, and a pool of workers waits for"
          + " them on a semaphore. Loads the server with clients, then says what happened and"
          + " whether every promise was kept.",
      ""
    },
    footerHeading = "%nExit status:%n",
    footer = {
      "  0    every invariant held",
      "  1    one was broken, or the server could not start",
      "  2    wrong options",
      "  130  stopped by Ctrl-C (143: by termination), every invariant held;",
      "       what had been accepted was answered first, a second Ctrl-C does not wait"
    })
public final class HttpServerDemo implements Callable<Integer> {
  private static final Duration TICK = Duration.ofMillis(100);

  @Spec private CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Requests served at once, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "50",
      description = "Clients that ask at the same time, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Requests the clients send together, 1 to 10000000 (default: 20000, or none with"
              + " --serve).")
  private Integer requests;

  @Option(names = "--fair", description = "Use fair semaphores: strictly first come, first served.")
  private boolean fair;

  @Option(
      names = "--work",
      paramLabel = "MICROS",
      defaultValue = "0",
      description =
          "Time a worker spends on each request, in microseconds, 0 to 60000000 (default:"
              + " ${DEFAULT-VALUE}).")
  private long work;

  @Option(names = "--busy", description = "Compute for that time instead of waiting.")
  private boolean busy;

  @Option(
      names = "--serve",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = "8080",
      description =
          "Stay up for curl or a browser until Ctrl-C, on this port (default: ${FALLBACK-VALUE};"
              + " 0: any free one).")
  private Integer port;

  @Option(
      names = "--virtual",
      description = "Run the clients in virtual threads (JDK 21 or newer).")
  private boolean virtual;

  private final int unlawfulWorkers;
  private final CountingSemaphore stop = new CountingSemaphore(0); // released by every stop
  private volatile int stopStatus; // 0 until stopped
  private volatile HttpFrontEnd front; // set before stop can be called
  private volatile LoadGenerator load; // likewise; null if there is none

  /** The demo as the command line starts it. */
  public HttpServerDemo() {
    this(0);
  }

  /** A demo that runs more workers than it declares, to see it notice. */
  HttpServerDemo(int unlawfulWorkers) {
    this.unlawfulWorkers = unlawfulWorkers;
  }

  /** Runs the demo and exits with its status. */
  public static void main(String[] args) {
    HttpServerDemo demo = new HttpServerDemo();
    demo.stopOnSignals();
    System.exit(demo.commandLine().execute(args));
  }

  /** The command line around this object. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .setParameterExceptionHandler(
            (e, args) -> {
              CommandLine line = e.getCommandLine();
              line.getErr().println(e.getMessage());
              line.getErr().println("Try --help.");
              return line.getCommandSpec().exitCodeOnInvalidInput();
            });
  }

  /** Runs the demo. */
  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();

    HttpFrontEnd.Work service =
        new HttpFrontEnd.Work(Duration.ofNanos(Math.multiplyExact(work, 1000L)), busy);
    HttpFrontEnd server;
    try {
      server = new HttpFrontEnd(port == null ? 0 : port, workers, unlawfulWorkers, fair, service);
    } catch (IOException e) {
      err.println("Cannot listen on 127.0.0.1 port " + (port == null ? 0 : port) + ": " + e);
      return 1;
    }
    if (port == null || requests != null) {
      Duration patience =
          Duration.ofSeconds(30).plus(service.time().multipliedBy(2L * (1 + clients / workers)));
      load =
          new LoadGenerator(
              server.uri("/work"),
              clients,
              requests == null ? 20_000 : requests,
              patience,
              clientThreads());
    }
    front = server;
    server.start();

    out.printf(
        "%s on %s, %s semaphores.%n",
        Summary.many(workers, "worker"), server.uri("/"), fair ? "fair" : "non-fair");
    out.flush();
    if (load != null) {
      out.printf("%s to come.%n%n", load);
      out.flush();
      runLoad(out);
    }
    if (port != null) {
      out.printf(
          "%nOpen %s in a browser, or type%n  curl '%s'%nCtrl-C stops.%n",
          server.uri("/"), server.uri("/work?id=1&word=hello"));
      out.flush();
      stop.acquire();
    }
    boolean ended = server.stop();

    int status = stopStatus;
    Summary summary = new Summary(server, load, workers, port != null, status != 0, ended);
    out.println();
    summary.print(out);
    out.println();
    List<String> broken = summary.broken();
    if (broken.isEmpty()) {
      out.println("Every invariant held.");
    } else {
      broken.forEach(rule -> err.println("BROKEN: " + rule));
    }
    out.flush();
    err.flush();
    return broken.isEmpty() ? status : 1;
  }

  /** Stops a running demo cleanly; {@code status} becomes its exit status. */
  void stop(int status) {
    stopStatus = status;
    LoadGenerator clients = load;
    if (clients != null) {
      clients.stop();
    }
    front.refuse();
    stop.release();
  }

  /** The server, or null while it does not accept requests yet. */
  HttpFrontEnd front() {
    return front;
  }

  private void stopOnSignals() {
    AtomicBoolean second = new AtomicBoolean();
    for (Signal signal : Signal.values()) {
      Signals.register(
          signal.name(),
          () -> {
            if (front == null || second.getAndSet(true)) {
              Runtime.getRuntime().halt(signal.status);
            }
            System.out.println();
            System.out.println("Stopping; accepted requests are answered first.");
            stop(signal.status);
          });
    }
  }

  /** The signals that stop the demo, with the exit status that shells give them. */
  private enum Signal {
    INT(130),
    TERM(143);

    private final int status;

    Signal(int status) {
      this.status = status;
    }
  }

  private void checkOptions() {
    checkRange("--workers", workers, 1, 1000);
    checkRange("--clients", clients, 1, 1000);
    checkRange("--requests", requests == null ? 1 : requests, 1, 10_000_000);
    checkRange("--work", work, 0, 60_000_000);
    checkRange("--serve", port == null ? 0 : port, 0, 65_535);
    if (busy && work == 0) {
      throw new ParameterException(spec.commandLine(), "--busy needs --work");
    }
    if (virtual && Runtime.version().feature() < 21) {
      throw new ParameterException(
          spec.commandLine(),
          "--virtual needs JDK 21 or newer, but this is " + Runtime.version().feature());
    }
  }

  private void checkRange(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT, "%s must be from %d to %d, but is %d", option, least, most, value));
    }
  }

  private ThreadFactory clientThreads() {
    if (virtual) {
      try {
        // By reflection, because the demo is compiled for Java 17.
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        return (ThreadFactory) type.getMethod("factory").invoke(builder);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("This Java runtime has no virtual threads", e);
      }
    }
    return client -> {
      Thread thread = new Thread(client, "client");
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Runs the load to its end, showing how far it is: a bar on a terminal, else a line now and then.
   */
  private void runLoad(PrintWriter out) throws InterruptedException {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName("Served")
            .setInitialMax(load.requests())
            .showSpeed(new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    int width = terminalWidth();
    if (width > 0) {
      boolean unicode = System.console().charset().equals(StandardCharsets.UTF_8);
      builder
          .setStyle(unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis((int) TICK.toMillis())
          .setConsumer(new ConsoleProgressBarConsumer(System.out, width - 1));
    } else {
      builder
          .setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(10_000)
          .setConsumer(new DelegatingProgressBarConsumer(unrepeated(out), 100));
    }
    try (ProgressBar bar = builder.build()) {
      load.start();
      while (!load.awaitEnd(TICK)) {
        show(bar);
      }
      show(bar);
    }
  }

  /** Prints lines; the progress bar gives its last one twice. */
  private static Consumer<String> unrepeated(PrintWriter out) {
    AtomicReference<String> last = new AtomicReference<>();
    return line -> {
      if (!line.equals(last.getAndSet(line))) {
        out.println(line);
        out.flush();
      }
    };
  }

  private void show(ProgressBar bar) {
    bar.setExtraMessage(String.format(Locale.ROOT, ", queue %d", front.server().queued()));
    bar.stepTo(load.right());
  }

  /** The width of the terminal; 0 unless both input and output are one. */
  @SuppressWarnings("SystemConsoleNull") // asked below what kind of console it is
  private static int terminalWidth() {
    Console console = System.console();
    if (console == null) {
      return 0;
    }
    try {
      // From JDK 22 there may be a console without a terminal.
      if (!(boolean) Console.class.getMethod("isTerminal").invoke(console)) {
        return 0;
      }
    } catch (NoSuchMethodException e) {
      // Before JDK 22 a console is a terminal.
    } catch (ReflectiveOperationException e) {
      return 0;
    }
    // Left to itself, the progress bar opens a terminal that takes over the signals.
    try (Terminal terminal = TerminalBuilder.builder().dumb(true).nativeSignals(false).build()) {
      return terminal.getWidth() < 40 ? 80 : terminal.getWidth();
    } catch (IOException e) {
      return 80;
    }
  }

  /** The versions of the library and of Java. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CountingSemaphore.class.getPackage().getImplementationVersion();
      return new String[] {
        "Seinpaal " + (version == null ? "(development build)" : version),
        "Java " + Runtime.version()
      };
    }
  }
}
