package io.github.seinpaal.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/** The loop of S1 with only the acquire timed, one sample each: its percentiles. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
public class L1LatencyBenchmark {
  /** Who runs. */
  @Param({"seinpaal", "seinpaalFair", "juc", "jucFair"})
  String rival;

  /** How many threads may be inside at once. */
  @Param({"1", "4"})
  int permits;

  /** Mean length of the work inside, and of the work outside. */
  @Param("100")
  int work;

  private Rival semaphore;

  /** Builds the rival. */
  @Setup
  public void setUp() {
    semaphore = Rival.of(rival, permits);
  }

  /** The untimed rest of the loop. */
  @State(Scope.Thread)
  public static class Rest {
    /** Works, releases, works. */
    @TearDown(Level.Invocation)
    public void run(L1LatencyBenchmark benchmark, Work local) {
      local.run(benchmark.work);
      benchmark.semaphore.release();
      local.run(benchmark.work);
    }
  }

  /** The timed part. */
  @Benchmark
  public void acquire(Rest rest) throws InterruptedException {
    semaphore.acquire();
  }
}
