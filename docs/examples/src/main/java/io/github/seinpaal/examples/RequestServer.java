package io.github.seinpaal.examples;

import io.github.seinpaal.CountingSemaphore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A server in the shape of the classic Apache one: a dispatcher queues requests, and a fixed pool
 * of workers answers them. It is the producer-consumer construction of Allen Downey's <i>Little
 * Book of Semaphores</i>, with one way to end it.
 *
 * <p>Two semaphores do all the waiting. {@code items} has one permit for each request in the queue,
 * so a worker sleeps exactly while there is nothing for it to do; {@code mutex} has one permit, so
 * one thread at a time touches the queue, which needs no protection of its own.
 *
 * <p>To end it, {@link #stop} closes the queue and releases one permit more for each worker.
 * Workers then go on until they hold a permit and find the queue empty: what was accepted is
 * answered first, every worker ends, and {@code items} is back at zero.
 *
 * @param <R> what a request is
 */
final class RequestServer<R> {
  private final CountingSemaphore mutex;
  private final CountingSemaphore items;
  private final CountingSemaphore ended = new CountingSemaphore(0); // one permit per ended worker
  private final Queue<R> queue = new ArrayDeque<>(); // guarded by mutex
  private boolean open = true; // guarded by mutex
  private final int workers;
  private final Consumer<? super R> answer;

  /**
   * A server whose workers are not running yet.
   *
   * @param workers how many requests may be in {@code answer} at once
   * @param fair whether waiting workers get requests in the order in which they came to wait
   * @param answer called by a worker for each request
   */
  RequestServer(int workers, boolean fair, Consumer<? super R> answer) {
    this.workers = workers;
    this.answer = answer;
    this.mutex = CountingSemaphore.builder(1).maxPermits(1).fair(fair).name("queue mutex").build();
    this.items = CountingSemaphore.builder(0).fair(fair).name("queued requests").build();
  }

  /** Starts the workers. */
  void start() {
    for (int i = 1; i <= workers; i++) {
      Thread worker = new Thread(this::work, "worker-" + i);
      worker.setDaemon(true);
      worker.start();
    }
  }

  /** The dispatcher's part: queues a request, or returns false if the server has been closed. */
  boolean accept(R request) {
    mutex.acquireUninterruptibly();
    try {
      if (!open) {
        return false;
      }
      queue.add(request);
    } finally {
      mutex.release();
    }
    items.release(); // outside the mutex, so that the worker it wakes finds the mutex free
    return true;
  }

  /** A worker's life. */
  private void work() {
    try {
      while (true) {
        items.acquireUninterruptibly();
        R request = take();
        if (request == null) {
          return; // a permit without a request: the server is closed and the queue is done
        }
        answer(request);
      }
    } finally {
      ended.release();
    }
  }

  private R take() {
    mutex.acquireUninterruptibly();
    try {
      return queue.poll();
    } finally {
      mutex.release();
    }
  }

  /**
   * Keeps the worker alive when an answer fails: a pool that shrinks would end up answering nobody.
   */
  private void answer(R request) {
    try {
      answer.accept(request);
    } catch (RuntimeException e) {
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, e);
    }
  }

  /** Accepts nothing more; what has been accepted will be answered. */
  void close() {
    mutex.acquireUninterruptibly();
    boolean first = open;
    open = false;
    mutex.release();
    if (first) {
      items.release(workers);
    }
  }

  /**
   * Closes the server and waits for its workers to end. To be called once.
   *
   * @return false if some worker had not ended within {@code patience}
   */
  boolean stop(Duration patience) throws InterruptedException {
    close();
    return ended.tryAcquire(workers, patience);
  }

  /** The number of requests in the queue. */
  int queued() {
    mutex.acquireUninterruptibly();
    try {
      return queue.size();
    } finally {
      mutex.release();
    }
  }

  /** An estimate of the number of workers that wait for a request. */
  int idleWorkers() {
    return items.getQueueLength();
  }

  /** The permits of the semaphore that counts requests: zero once the server has stopped. */
  int itemPermits() {
    return items.availablePermits();
  }

  /** The permits of the mutex: one whenever nobody touches the queue. */
  int mutexPermits() {
    return mutex.availablePermits();
  }
}
