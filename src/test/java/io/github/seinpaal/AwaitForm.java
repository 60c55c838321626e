package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.Date;
import java.util.concurrent.locks.Condition;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every way to wait on a condition. Forms without a time limit ignore it. */
@SuppressWarnings({"JavaUtilDate", "WaitNotInLoop"}) // what the interface has, and what is tested
enum AwaitForm {
  AWAIT {
    @Override
    boolean call(Condition c, long nanos) throws InterruptedException {
      c.await();
      return true;
    }
  },
  UNINTERRUPTIBLY {
    @Override
    boolean call(Condition c, long nanos) {
      c.awaitUninterruptibly();
      return true;
    }
  },
  NANOS {
    @Override
    boolean call(Condition c, long nanos) throws InterruptedException {
      return c.awaitNanos(nanos) > 0;
    }
  },
  TIMED {
    @Override
    boolean call(Condition c, long nanos) throws InterruptedException {
      return c.await(nanos, NANOSECONDS);
    }
  },
  UNTIL {
    @Override
    boolean call(Condition c, long nanos) throws InterruptedException {
      return c.awaitUntil(new Date(System.currentTimeMillis() + NANOSECONDS.toMillis(nanos)));
    }
  };

  /** Method source: mode, thread kind, each form. */
  static final String ALL = "io.github.seinpaal.AwaitForm#all";

  /** Method source: mode, thread kind, each form with a time limit. */
  static final String TIMES = "io.github.seinpaal.AwaitForm#times";

  /** Method source: mode, thread kind, each form that an interrupt ends. */
  static final String INTERRUPTIBLE = "io.github.seinpaal.AwaitForm#interruptible";

  /** Waits; true if the time was not over first. */
  abstract boolean call(Condition c, long nanos) throws InterruptedException;

  /** Waits, with all the time there may be. */
  boolean call(Condition c) throws InterruptedException {
    return call(c, MILLISECONDS.toNanos(600_000));
  }

  boolean timed() {
    return this == NANOS || this == TIMED || this == UNTIL;
  }

  static Stream<Arguments> all() {
    return forms(form -> true);
  }

  static Stream<Arguments> times() {
    return forms(AwaitForm::timed);
  }

  static Stream<Arguments> interruptible() {
    return forms(form -> form != UNINTERRUPTIBLY);
  }

  private static Stream<Arguments> forms(Predicate<AwaitForm> chosen) {
    return Cases.kinds()
        .flatMap(
            kind ->
                Stream.of(values())
                    .filter(chosen)
                    .map(form -> Arguments.of(kind.get()[0], kind.get()[1], form)));
  }
}
