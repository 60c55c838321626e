package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The examples of docs/semaphore.md, which {@link SemaphoreSnippetsTest} keeps the same. */
@SuppressWarnings("try") // a guard need not be mentioned
final class SemaphoreSnippets {
  private final Consumer<String> log;

  SemaphoreSnippets(Consumer<String> log) {
    this.log = log;
  }

  final CountingSemaphore connections =
      CountingSemaphore.builder(8)
          .maxPermits(8)
          .fair(true)
          .name("connections")
          .trackHolders(true)
          .build();

  <T> T query(Supplier<T> work) throws InterruptedException {
    try (Permit permit = connections.acquirePermit()) {
      return work.get();
    }
  }

  <T> T queryWithin(Duration patience, Supplier<T> work, T otherwise) throws InterruptedException {
    try (Permit permit = connections.tryAcquirePermit(patience)) {
      return permit != null ? work.get() : otherwise;
    }
  }

  /** Scans over four connections at once, and goes on with one of them. */
  <T> T load(Supplier<T> scan, UnaryOperator<T> finish) throws InterruptedException {
    try (Permit one = connections.acquirePermit(4)) {
      T raw;
      try (Permit others = one.split(3)) {
        raw = scan.get();
      }
      return finish.apply(raw);
    }
  }

  /** Halves the limit when answers are slow, and feels its way up when they are not. */
  void adapt(Duration latency, Duration goal) {
    int limit = connections.maxPermits();
    connections.setMaxPermits(
        latency.compareTo(goal) > 0 ? Math.max(1, limit / 2) : Math.min(64, limit + 1));
  }

  boolean stop() throws InterruptedException {
    connections.shutdown();
    boolean returned = connections.awaitReturned(Duration.ofSeconds(10));
    if (!returned) {
      log.accept("still held: " + connections.holders());
    }
    return returned;
  }

  CompletableFuture<String> fetch(Function<String, CompletableFuture<String>> send, String path) {
    return connections
        .acquireAsync()
        .orTimeout(500, MILLISECONDS)
        .thenCompose(
            permit -> {
              try {
                return send.apply(path).whenComplete((answer, failure) -> permit.close());
              } catch (RuntimeException | Error e) {
                permit.close();
                throw e;
              }
            });
  }

  void report() {
    for (CountingSemaphore.Holder holder : connections.holders()) {
      log.accept(
          holder.thread().getName() + " holds " + holder.permits() + " since " + holder.since());
    }
    CountingSemaphore.Stats stats = connections.stats();
    log.accept(stats.waiting() + " wait; the longest has waited " + stats.longestWait());
  }
}
