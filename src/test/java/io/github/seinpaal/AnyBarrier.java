package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What all barriers can do, so that one text of the contract serves ours and the JDK's. */
interface AnyBarrier {

  int await() throws InterruptedException, BrokenBarrierException;

  int await(long timeout, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException;

  int getParties();

  int getNumberWaiting();

  boolean isBroken();

  /** Which barrier. */
  enum Kind {
    ONE_SHOT,
    REUSABLE,
    /** The model: what fails for it is a fault of the test. */
    JUC;

    AnyBarrier with(int parties) {
      return with(parties, null);
    }

    AnyBarrier with(int parties, Runnable action) {
      return switch (this) {
        case ONE_SHOT -> of(new Barrier(parties, action));
        case REUSABLE -> of(new ReusableBarrier(parties, action));
        case JUC -> of(new CyclicBarrier(parties, action));
      };
    }

    boolean isOurs() {
      return this != JUC;
    }
  }

  /** How to wait when time does not matter. */
  enum Form {
    UNTIMED,
    TIMED,
    LONGEST;

    int await(AnyBarrier b) throws InterruptedException, BrokenBarrierException, TimeoutException {
      return switch (this) {
        case UNTIMED -> b.await();
        case TIMED -> b.await(2 * Await.LIMIT_NANOS, NANOSECONDS);
        case LONGEST -> b.await(Long.MAX_VALUE, TimeUnit.DAYS);
      };
    }
  }

  /** Starts a party, and returns once it has arrived. */
  static Task<Integer> arrive(ThreadKind kind, AnyBarrier b, Form form) {
    int before = b.getNumberWaiting();
    Task<Integer> party = Task.call(kind, () -> form.await(b));
    Await.until("one more has arrived", () -> b.getNumberWaiting() > before || party.isDone());
    return party;
  }

  /** Starts so many parties, one after the other. */
  static List<Task<Integer>> arrive(ThreadKind kind, AnyBarrier b, Form form, int parties) {
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < parties; i++) {
      tasks.add(arrive(kind, b, form));
    }
    return tasks;
  }

  private static Duration duration(long timeout, TimeUnit unit) {
    return timeout == Long.MAX_VALUE
        ? Duration.ofSeconds(timeout)
        : Duration.of(timeout, unit.toChronoUnit());
  }

  static AnyBarrier of(Barrier b) {
    return new AnyBarrier() {
      @Override
      public int await() throws InterruptedException, BrokenBarrierException {
        return b.await();
      }

      @Override
      public int await(long timeout, TimeUnit unit)
          throws InterruptedException, BrokenBarrierException, TimeoutException {
        return (timeout & 1) == 0 ? b.await(timeout, unit) : b.await(duration(timeout, unit));
      }

      @Override
      public int getParties() {
        return b.getParties();
      }

      @Override
      public int getNumberWaiting() {
        return b.getNumberWaiting();
      }

      @Override
      public boolean isBroken() {
        return b.isBroken();
      }
    };
  }

  static AnyBarrier of(ReusableBarrier b) {
    return new AnyBarrier() {
      @Override
      public int await() throws InterruptedException, BrokenBarrierException {
        return b.await();
      }

      @Override
      public int await(long timeout, TimeUnit unit)
          throws InterruptedException, BrokenBarrierException, TimeoutException {
        return (timeout & 1) == 0 ? b.await(timeout, unit) : b.await(duration(timeout, unit));
      }

      @Override
      public int getParties() {
        return b.getParties();
      }

      @Override
      public int getNumberWaiting() {
        return b.getNumberWaiting();
      }

      @Override
      public boolean isBroken() {
        return b.isBroken();
      }
    };
  }

  static AnyBarrier of(CyclicBarrier b) {
    return new AnyBarrier() {
      @Override
      public int await() throws InterruptedException, BrokenBarrierException {
        return b.await();
      }

      @Override
      public int await(long timeout, TimeUnit unit)
          throws InterruptedException, BrokenBarrierException, TimeoutException {
        return b.await(timeout, unit);
      }

      @Override
      public int getParties() {
        return b.getParties();
      }

      @Override
      public int getNumberWaiting() {
        return b.getNumberWaiting();
      }

      @Override
      public boolean isBroken() {
        return b.isBroken();
      }
    };
  }
}
