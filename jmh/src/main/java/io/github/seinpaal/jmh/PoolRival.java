package io.github.seinpaal.jmh;

import io.github.seinpaal.CountingSemaphore;
import io.github.seinpaal.Multiplex;
import io.github.seinpaal.Permit;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A pool of elements: either a blocking queue of them, or a semaphore that guards an array in which
 * whoever has a permit finds one. All semaphores guard the same kind of array.
 */
abstract class PoolRival {
  /** The names that {@link #of} knows. */
  static final List<String> NAMES =
      List.of("seinpaal", "seinpaalFair", "multiplex", "juc", "jucFair", "abq", "abqFair", "lbq");

  /** What is pooled. */
  static final class Element {
    Permit place; // while it is taken from a multiplex
  }

  abstract Element take() throws InterruptedException;

  abstract void put(Element element) throws InterruptedException;

  /** Builds the pool of that name with that many elements. */
  static PoolRival of(String name, int elements) {
    return switch (name) {
      case "seinpaal", "seinpaalFair" ->
          new Seinpaal(new CountingSemaphore(elements, name.endsWith("Fair")), elements);
      case "multiplex" -> new Limited(new Multiplex(elements), elements);
      case "juc", "jucFair" -> new Juc(new Semaphore(elements, name.endsWith("Fair")), elements);
      case "abq", "abqFair" ->
          new Queued(new ArrayBlockingQueue<>(elements, name.endsWith("Fair")), elements);
      case "lbq" -> new Queued(new LinkedBlockingQueue<>(elements), elements);
      default -> throw new IllegalArgumentException("no rival " + name + ", only " + NAMES);
    };
  }

  /**
   * Places for the elements; there is always one to take, or a place free, for who has a permit.
   */
  private static final class Places {
    private final AtomicReferenceArray<Element> array;

    Places(int elements) {
      array = new AtomicReferenceArray<>(elements);
      for (int i = 0; i < elements; i++) {
        array.set(i, new Element());
      }
    }

    Element take() {
      for (int i = start(); ; i = next(i)) {
        Element element = array.get(i);
        if (element != null && array.compareAndSet(i, element, null)) {
          return element;
        }
      }
    }

    void put(Element element) {
      for (int i = start(); ; i = next(i)) {
        if (array.get(i) == null && array.compareAndSet(i, null, element)) {
          return;
        }
      }
    }

    private int start() {
      return ThreadLocalRandom.current().nextInt(array.length());
    }

    private int next(int i) {
      return i + 1 == array.length() ? 0 : i + 1;
    }
  }

  /** Our semaphore. */
  private static final class Seinpaal extends PoolRival {
    private final CountingSemaphore semaphore;
    private final Places places;

    Seinpaal(CountingSemaphore semaphore, int elements) {
      this.semaphore = semaphore;
      places = new Places(elements);
    }

    @Override
    Element take() throws InterruptedException {
      semaphore.acquire();
      return places.take();
    }

    @Override
    void put(Element element) {
      places.put(element);
      semaphore.release();
    }
  }

  /** Our multiplex: a place comes with a guard. */
  private static final class Limited extends PoolRival {
    private final Multiplex multiplex;
    private final Places places;

    Limited(Multiplex multiplex, int elements) {
      this.multiplex = multiplex;
      places = new Places(elements);
    }

    @Override
    Element take() throws InterruptedException {
      Permit place = multiplex.enter();
      Element element = places.take();
      element.place = place;
      return element;
    }

    @Override
    void put(Element element) {
      Permit place = element.place;
      places.put(element);
      place.close();
    }
  }

  /** {@code java.util.concurrent.Semaphore}. */
  private static final class Juc extends PoolRival {
    private final Semaphore semaphore;
    private final Places places;

    Juc(Semaphore semaphore, int elements) {
      this.semaphore = semaphore;
      places = new Places(elements);
    }

    @Override
    Element take() throws InterruptedException {
      semaphore.acquire();
      return places.take();
    }

    @Override
    void put(Element element) {
      places.put(element);
      semaphore.release();
    }
  }

  /** A blocking queue. */
  private static final class Queued extends PoolRival {
    private final BlockingQueue<Element> queue;

    Queued(BlockingQueue<Element> queue, int elements) {
      this.queue = queue;
      for (int i = 0; i < elements; i++) {
        queue.add(new Element());
      }
    }

    @Override
    Element take() throws InterruptedException {
      return queue.take();
    }

    @Override
    void put(Element element) throws InterruptedException {
      queue.put(element);
    }
  }
}
