/** Semaphores, and what is layered on them. */
module io.github.seinpaal {
  exports io.github.seinpaal;
}
