/** Semaphores, and what is layered on them. */
module io.github.seinpaal {
  exports io.github.seinpaal;

  requires static jdk.jfr; // flight-recorder events, for those who have it
}
