package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every way to lock a mutex. Forms without a time limit ignore it. */
enum LockForm {
  LOCK {
    @Override
    boolean call(Mutex m, long timeout, TimeUnit unit) {
      m.lock();
      return true;
    }
  },
  HOLD {
    @Override
    boolean call(Mutex m, long timeout, TimeUnit unit) {
      return m.hold() != null;
    }
  },
  INTERRUPTIBLY {
    @Override
    boolean call(Mutex m, long timeout, TimeUnit unit) throws InterruptedException {
      m.lockInterruptibly();
      return true;
    }
  },
  TRY {
    @Override
    boolean call(Mutex m, long timeout, TimeUnit unit) {
      return m.tryLock();
    }
  },
  TIMED {
    @Override
    boolean call(Mutex m, long timeout, TimeUnit unit) throws InterruptedException {
      return m.tryLock(timeout, unit);
    }
  };

  /** Method source: mode, thread kind, each form. */
  static final String ALL = "io.github.seinpaal.LockForm#all";

  /** Method source: mode, thread kind, each form that can wait. */
  static final String WAITING = "io.github.seinpaal.LockForm#waiting";

  /** Method source: mode, thread kind, each form that an interrupt ends. */
  static final String INTERRUPTIBLE = "io.github.seinpaal.LockForm#interruptible";

  abstract boolean call(Mutex m, long timeout, TimeUnit unit) throws InterruptedException;

  /** Locks, with all the time there may be. */
  boolean call(Mutex m) throws InterruptedException {
    return call(m, 10, MINUTES);
  }

  /** Whether it answers with a boolean. */
  boolean tries() {
    return this == TRY || this == TIMED;
  }

  boolean waits() {
    return this != TRY;
  }

  boolean isInterruptible() {
    return this == INTERRUPTIBLY || this == TIMED;
  }

  static Stream<Arguments> all() {
    return forms(form -> true);
  }

  static Stream<Arguments> waiting() {
    return forms(LockForm::waits);
  }

  static Stream<Arguments> interruptible() {
    return forms(LockForm::isInterruptible);
  }

  private static Stream<Arguments> forms(Predicate<LockForm> chosen) {
    return Cases.kinds()
        .flatMap(
            kind ->
                Stream.of(values())
                    .filter(chosen)
                    .map(form -> Arguments.of(kind.get()[0], kind.get()[1], form)));
  }
}
