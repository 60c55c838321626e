package io.github.seinpaal.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/** P1: take an element from a pool, work, put it back, work; any number of threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
public class P1PoolBenchmark {
  /** Who runs: semaphores that guard an array, and queues. */
  @Param({"seinpaal", "seinpaalFair", "multiplex", "juc", "jucFair", "abq", "abqFair", "lbq"})
  String rival;

  /** Elements of the pool. */
  @Param({"1", "2", "4", "8", "16"})
  int permits;

  /** Mean length of the work with an element, and of the work without. */
  @Param("100")
  int work;

  private PoolRival pool;

  /** Builds the pool. */
  @Setup
  public void setUp() {
    pool = PoolRival.of(rival, permits);
  }

  /** One use. */
  @Benchmark
  public void use(Work local) throws InterruptedException {
    PoolRival.Element element = pool.take();
    local.run(work);
    pool.put(element);
    local.run(work);
  }
}
