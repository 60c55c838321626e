package io.github.seinpaal;

import java.util.function.Function;
import java.util.function.Supplier;

/** The examples of {@link BoundedQueue}, as code that compiles and runs. */
final class QueueSnippets {
  private QueueSnippets() {}

  static <A, B> void stage(BoundedQueue<A> in, Function<A, B> work, BoundedQueue<B> out)
      throws InterruptedException {
    try (out) {
      while (true) {
        out.put(work.apply(in.take()));
      }
    } catch (QueueClosedException end) {
      // The last element of in has been worked on; closing out tells the next stage.
    }
  }

  static <E> void putRendered(BoundedQueue<E> pages, Supplier<E> render)
      throws InterruptedException {
    try (BoundedQueue<E>.Slot slot = pages.reserve()) {
      slot.put(render.get()); // if that throws, the space is given back
    }
  }
}
