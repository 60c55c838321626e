package io.github.seinpaal.jmh;

import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/**
 * B1: work, arrive, wait for the others; time of a phase. JMH's thread is one of the parties, and
 * the others are threads of the benchmark, so that no party stops before its last phase is over.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
@Threads(1)
public class B1BarrierBenchmark {

  /** The parties but one, which follow JMH's thread from phase to phase. */
  @State(Scope.Benchmark)
  public abstract static class Parties {
    /** How many meet. */
    @Param({"2", "4", "8", "16"})
    int parties;

    /** Mean length of the work of a party in a phase. */
    @Param({"0", "100", "1000"})
    int work;

    private final List<Thread> others = new ArrayList<>();
    private volatile long last; // the number of the last phase, once it is known
    long phase; // of JMH's thread

    /** What to wait at in the phase of that number. */
    abstract BarrierRival at(long phase);

    /** Starts the other parties. */
    @Setup
    public void start() {
      last = Long.MAX_VALUE;
      phase = 0;
      prepare();
      for (int i = 1; i < parties; i++) {
        others.add(Waiters.start(false, this::follow));
      }
    }

    abstract void prepare();

    private void follow() {
      Work local = new Work();
      try {
        for (long p = 0; p <= last; p++) {
          local.run(work);
          at(p).await();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** One phase, of which more will follow if it is not the last. */
    abstract void phase(Work local) throws InterruptedException;

    /** Lets the other parties end with one more phase. */
    @TearDown
    public void end() throws InterruptedException {
      last = phase;
      phase(new Work());
      for (Thread other : others) {
        other.join();
      }
      others.clear();
    }
  }

  /** One barrier for all phases. */
  public static class Reusable extends Parties {
    /** Who runs; {@code juc} is {@code CyclicBarrier}. */
    @Param({"seinpaal", "juc", "phaser", "floor"})
    String rival;

    private BarrierRival barrier;

    @Override
    void prepare() {
      barrier = BarrierRival.of(rival, parties);
    }

    @Override
    BarrierRival at(long phase) {
      return barrier;
    }

    @Override
    void phase(Work local) throws InterruptedException {
      local.run(work);
      barrier.await();
      phase++;
    }
  }

  /**
   * A new barrier for each phase, made by JMH's thread while the phase before is on. Of the four
   * places, one is in use, and one may be by parties that have not left yet.
   */
  public static class OneShot extends Parties {
    /** Who runs; {@code juc} is a {@code CyclicBarrier}, {@code latch} a {@code CountDownLatch}. */
    @Param({"seinpaal", "juc", "latch", "phaser", "floor"})
    String rival;

    private final BarrierRival[] barriers = new BarrierRival[4];

    @Override
    void prepare() {
      barriers[0] = BarrierRival.oneShot(rival, parties);
    }

    @Override
    BarrierRival at(long phase) {
      return barriers[(int) phase & 3];
    }

    @Override
    void phase(Work local) throws InterruptedException {
      local.run(work);
      barriers[(int) (phase + 1) & 3] = BarrierRival.oneShot(rival, parties);
      barriers[(int) phase & 3].await();
      phase++;
    }
  }

  /** A phase of a barrier that is used again and again. */
  @Benchmark
  public void reusable(Reusable parties, Work local) throws InterruptedException {
    parties.phase(local);
  }

  /** A phase of a barrier that is used once, and its making. */
  @Benchmark
  public void oneShot(OneShot parties, Work local) throws InterruptedException {
    parties.phase(local);
  }
}
