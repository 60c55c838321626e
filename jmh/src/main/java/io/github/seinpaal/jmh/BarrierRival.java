package io.github.seinpaal.jmh;

import io.github.seinpaal.Barrier;
import io.github.seinpaal.ReusableBarrier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Phaser;

/** What every barrier can do, so that all of them run the same loop. */
interface BarrierRival {
  /** The names that {@link #of} knows. */
  List<String> NAMES = List.of("seinpaal", "juc", "phaser", "floor");

  /** The names that {@link #oneShot} knows. */
  List<String> ONE_SHOT_NAMES = List.of("seinpaal", "juc", "latch", "phaser", "floor");

  /** Arrives and waits for the others. */
  void await() throws InterruptedException;

  /** Builds the rival of that name, for many phases. */
  static BarrierRival of(String name, int parties) {
    return switch (name) {
      case "seinpaal" -> {
        ReusableBarrier barrier = new ReusableBarrier(parties);
        yield () -> {
          try {
            barrier.await();
          } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
          }
        };
      }
      case "juc" -> {
        CyclicBarrier cyclic = new CyclicBarrier(parties);
        yield () -> {
          try {
            cyclic.await();
          } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
          }
        };
      }
      case "phaser" -> new Phaser(parties)::arriveAndAwaitAdvance;
      case "floor" -> new Spinning(parties);
      default -> throw new IllegalArgumentException("no rival " + name + ", only " + NAMES);
    };
  }

  /** Builds the rival of that name, for one phase. */
  static BarrierRival oneShot(String name, int parties) {
    return switch (name) {
      case "seinpaal" -> {
        Barrier barrier = new Barrier(parties);
        yield () -> {
          try {
            barrier.await();
          } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
          }
        };
      }
      case "latch" -> {
        CountDownLatch latch = new CountDownLatch(parties);
        yield () -> {
          latch.countDown();
          latch.await();
        };
      }
      default -> of(name, parties);
    };
  }

  /**
   * The floor: a counter of arrivals that the waiting read again and again. It yields now and then,
   * since there may be more parties than processors, but never sleeps.
   */
  final class Spinning implements BarrierRival {
    private static final VarHandle ARRIVED;

    static {
      try {
        ARRIVED = MethodHandles.lookup().findVarHandle(Spinning.class, "arrived", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final int parties;
    private volatile long arrived;

    Spinning(int parties) {
      this.parties = parties;
    }

    @Override
    public void await() {
      long mine = (long) ARRIVED.getAndAdd(this, 1L);
      long last = mine - mine % parties + parties;
      for (int i = 1; arrived < last; i++) {
        if (i % 100 == 0) {
          Thread.yield();
        } else {
          Thread.onSpinWait();
        }
      }
    }
  }
}
