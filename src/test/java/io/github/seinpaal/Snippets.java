package io.github.seinpaal;

import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;

/** The examples of the documentation, as code that compiles and runs. */
final class Snippets {
  private Snippets() {}

  /** At most so many callers use a resource at once; others wait their turn, or give up. */
  static final class Pool {
    private final CountingSemaphore connections;

    Pool(int size) {
      connections =
          CountingSemaphore.builder(size).maxPermits(size).fair(true).name("connections").build();
    }

    <T> T query(Supplier<T> work) throws InterruptedException {
      connections.acquire();
      try {
        return work.get();
      } finally {
        connections.release();
      }
    }

    <T> T queryWithin(Duration patience, Supplier<T> work, T otherwise)
        throws InterruptedException {
      if (!connections.tryAcquire(patience)) {
        return otherwise;
      }
      try {
        return work.get();
      } finally {
        connections.release();
      }
    }
  }

  /** Workers advance a grid step by step; nobody begins a step before all have done the last. */
  static final class Diffusion {
    private double[] now;
    private double[] next;
    private final ReusableBarrier step;

    Diffusion(double[] cells, int workers) {
      now = cells.clone();
      next = cells.clone();
      step = new ReusableBarrier(workers, this::swap);
    }

    void work(int from, int to, int steps) throws InterruptedException, BrokenBarrierException {
      for (int s = 0; s < steps; s++) {
        for (int i = from; i < to; i++) {
          next[i] = (now[i - 1] + 2 * now[i] + now[i + 1]) / 4;
        }
        step.await();
      }
    }

    private void swap() {
      double[] past = now;
      now = next;
      next = past;
    }

    double[] cells() {
      return now.clone();
    }
  }

  /** Nodes start up side by side, and serve once all are up. */
  static final class Cluster {
    private final Barrier up;

    Cluster(int nodes, Runnable announce) {
      up = new Barrier(nodes, announce);
    }

    void run(Runnable startUp, Runnable serve) throws InterruptedException, BrokenBarrierException {
      startUp.run();
      up.await();
      serve.run();
    }
  }

  /** At most four images are decoded at once, for each takes much memory. */
  static final class Thumbnails {
    private final Multiplex decoders = new Multiplex(4);

    byte[] thumbnail(Callable<byte[]> decode) throws Exception {
      return decoders.call(decode);
    }

    byte[] thumbnailOr(byte[] placeholder, Callable<byte[]> decode) throws Exception {
      try (Permit place = decoders.tryEnter()) {
        return place == null ? placeholder : decode.call();
      }
    }
  }

  /** A mutex with a condition: whoever pays out waits until enough was paid in. */
  static final class Account {
    private final Mutex mutex = new Mutex();
    private final Condition paidIn = mutex.newCondition();
    private long balance;

    @SuppressWarnings("try") // the hold is not used inside
    void payIn(long amount) {
      try (Mutex.Hold hold = mutex.hold()) {
        balance += amount;
        paidIn.signalAll();
      }
    }

    void payOut(long amount) throws InterruptedException {
      mutex.lockInterruptibly();
      try {
        while (balance < amount) {
          paidIn.await();
        }
        balance -= amount;
      } finally {
        mutex.unlock();
      }
    }
  }
}
