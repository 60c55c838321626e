package io.github.seinpaal.jmh;

import com.conversantmedia.util.concurrent.DisruptorBlockingQueue;
import io.github.seinpaal.BoundedQueue;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jctools.queues.MpmcArrayQueue;

/** What every queue can do, so that all of them run the same loop. A fork runs one rival. */
abstract class QueueRival {
  /** The names that {@link #of} knows. */
  static final List<String> NAMES =
      List.of("seinpaal", "seinpaalFair", "abq", "abqFair", "lbq", "conversant", "jctools");

  /** Builds the rival of that name. */
  static QueueRival of(String name, int capacity) {
    return switch (name) {
      case "seinpaal" -> new Blocking(new BoundedQueue<>(capacity));
      case "seinpaalFair" -> new Blocking(new BoundedQueue<>(capacity, true));
      case "abq" -> new Blocking(new ArrayBlockingQueue<>(capacity));
      case "abqFair" -> new Blocking(new ArrayBlockingQueue<>(capacity, true));
      case "lbq" -> new Blocking(new LinkedBlockingQueue<>(capacity));
      case "conversant" -> new Blocking(new DisruptorBlockingQueue<>(capacity));
      case "jctools" -> new Polling(new MpmcArrayQueue<>(Math.max(2, capacity)));
      default -> throw new IllegalArgumentException("no rival " + name + ", only " + NAMES);
    };
  }

  abstract void put(Integer e) throws InterruptedException;

  abstract Integer take() throws InterruptedException;

  /** One that waits. */
  private static final class Blocking extends QueueRival {
    private final BlockingQueue<Integer> queue;

    Blocking(BlockingQueue<Integer> queue) {
      this.queue = queue;
    }

    @Override
    void put(Integer e) throws InterruptedException {
      queue.put(e);
    }

    @Override
    Integer take() throws InterruptedException {
      return queue.take();
    }
  }

  /** One that does not wait: yields until there is something, the floor for the others. */
  private static final class Polling extends QueueRival {
    private final MpmcArrayQueue<Integer> queue;

    Polling(MpmcArrayQueue<Integer> queue) {
      this.queue = queue;
    }

    @Override
    void put(Integer e) {
      while (!queue.offer(e)) {
        Thread.yield();
      }
    }

    @Override
    Integer take() {
      Integer e;
      while ((e = queue.poll()) == null) {
        Thread.yield();
      }
      return e;
    }
  }
}
