package io.github.seinpaal.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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
 * Q1: producers put, consumers take; elements through the queue per time. The threads are those of
 * the benchmark, which JMH's thread starts upon a batch and waits for: so nobody is left waiting in
 * a queue when a measurement ends.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Timeout(time = 30)
@Threads(1)
public class Q1QueueBenchmark {
  private static final int BATCH = 20_000;

  /** Who runs; {@code jctools} does not wait but yields. */
  @Param({"seinpaal", "seinpaalFair", "abq", "abqFair", "lbq", "conversant", "jctools"})
  String rival;

  /** How many put and how many take. */
  @Param({"1:1", "2:2", "4:4", "8:8", "1:8", "8:1"})
  String sides;

  /** Elements that fit in. */
  @Param({"1", "16", "128", "1024"})
  int capacity;

  private QueueRival queue;
  private CyclicBarrier gate;
  private final List<Thread> threads = new ArrayList<>();
  private boolean stop; // written before the gate opens, read after it

  /** Starts the producers and consumers. */
  @Setup
  public void start() {
    queue = QueueRival.of(rival, capacity);
    int producers = Integer.parseInt(sides.replaceFirst(":.*", ""));
    int consumers = Integer.parseInt(sides.replaceFirst(".*:", ""));
    gate = new CyclicBarrier(producers + consumers + 1);
    stop = false;
    for (int i = 0; i < producers; i++) {
      threads.add(Waiters.start(false, () -> work(BATCH / producers, true)));
    }
    for (int i = 0; i < consumers; i++) {
      threads.add(Waiters.start(false, () -> work(BATCH / consumers, false)));
    }
  }

  private void work(int share, boolean producer) {
    Integer element = 1;
    try {
      gate.await();
      while (!stop) {
        for (int i = 0; i < share; i++) {
          if (producer) {
            queue.put(element);
          } else {
            queue.take();
          }
        }
        gate.await();
        gate.await();
      }
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batch() throws InterruptedException, BrokenBarrierException {
    gate.await();
    gate.await();
  }

  /** Lets the threads end. */
  @TearDown
  public void end() throws InterruptedException, BrokenBarrierException {
    stop = true;
    gate.await();
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }
}
