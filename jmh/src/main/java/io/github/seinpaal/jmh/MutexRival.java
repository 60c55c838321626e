package io.github.seinpaal.jmh;

import io.github.seinpaal.Mutex;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

/** What runs a piece of work while no other thread does; padded and built as {@link Rival}. */
abstract class MutexRival {
  /** The names that {@link #of} knows. */
  static final List<String> NAMES =
      List.of("seinpaal", "seinpaalFair", "juc", "jucFair", "synchronized", "stamped");

  int pad00;
  long pad01, pad02, pad03, pad04, pad05, pad06, pad07, pad08;
  long pad09, pad10, pad11, pad12, pad13, pad14, pad15, pad16;

  /** Builds the rival of that name. */
  static MutexRival of(String name) {
    return switch (name) {
      case "seinpaal" -> new Seinpaal(false);
      case "seinpaalFair" -> new Seinpaal(true);
      case "juc" -> new Juc(false);
      case "jucFair" -> new Juc(true);
      case "synchronized" -> new Synchronized();
      case "stamped" -> new Stamped();
      default -> throw new IllegalArgumentException("no rival " + name + ", only " + NAMES);
    };
  }

  /** Locks, works unless it is to work 0, unlocks. */
  abstract void section(Work local, int work);

  /** This library. */
  private static final class Seinpaal extends MutexRival {
    private final Mutex mutex;

    Seinpaal(boolean fair) {
      mutex = new Mutex(fair);
    }

    @Override
    void section(Work local, int work) {
      mutex.lock();
      try {
        if (work != 0) {
          local.run(work);
        }
      } finally {
        mutex.unlock();
      }
    }
  }

  /** {@code ReentrantLock}. */
  private static final class Juc extends MutexRival {
    private final ReentrantLock lock;

    Juc(boolean fair) {
      lock = new ReentrantLock(fair);
    }

    @Override
    void section(Work local, int work) {
      lock.lock();
      try {
        if (work != 0) {
          local.run(work);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** The monitor of an object. */
  private static final class Synchronized extends MutexRival {
    private final Object monitor = new Object();

    @Override
    void section(Work local, int work) {
      synchronized (monitor) {
        if (work != 0) {
          local.run(work);
        }
      }
    }
  }

  /** {@code StampedLock}, for writing: knows no owner. */
  private static final class Stamped extends MutexRival {
    private final StampedLock lock = new StampedLock();

    @Override
    void section(Work local, int work) {
      long stamp = lock.writeLock();
      try {
        if (work != 0) {
          local.run(work);
        }
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }
}
