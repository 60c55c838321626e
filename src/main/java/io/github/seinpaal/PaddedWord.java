package io.github.seinpaal;

/**
 * The engine's word, kept a cache line away from its other fields: those are read before most
 * changes of the word, and would otherwise be fetched once more each time another core has changed
 * it. Fields of a superclass are laid out before those of its subclasses, hence three classes.
 */
abstract class PaddedWord {
  long p1;
  long p2;
  long p3;
  long p4;
  long p5;
  long p6;
  long p7;

  /** The word. */
  abstract static class Word extends PaddedWord {
    volatile long state;
  }

  /** The word and what stands behind it. */
  abstract static class Padded extends Word {
    long q1;
    long q2;
    long q3;
    long q4;
    long q5;
    long q6;
    long q7;
  }
}
