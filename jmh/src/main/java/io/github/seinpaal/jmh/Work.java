package io.github.seinpaal.jmh;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Work of random, geometrically distributed length, private to a thread: draw numbers until one is
 * below {@code 1 / mean}, as in the CQS paper.
 */
@State(Scope.Thread)
public class Work {
  private long seed = System.nanoTime() * 0x9E3779B97F4A7C15L | 1;

  /** Works for {@code mean} steps on average. The seed kept in the field is the side effect. */
  void run(int mean) {
    double stop = 1.0 / mean;
    long x = seed;
    do {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    } while ((x >>> 11) * 0x1p-53 >= stop);
    seed = x;
  }
}
