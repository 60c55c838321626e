package io.github.seinpaal;

import java.time.Duration;
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
}
