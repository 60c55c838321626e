package io.github.seinpaal.jmh;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Medians, and ratios of medians, with 95 % bootstrap intervals.
 *
 * <p>A fork's iterations are alike and forks differ, so forks are drawn first (with replacement),
 * then iterations inside each drawn fork. Two rivals with the same number of forks were run in
 * rounds: the same rounds are then drawn for both, so that what slowed a whole round cancels out.
 */
final class Statistics {
  private static final int RESAMPLES = 4_000;
  private static final long SEED = 20_251_122L;

  /** A value between the ends of its interval. */
  record Estimate(double value, double low, double high) {
    /** As {@code 1.23 [1.20, 1.31]}, without the interval if a single number stands behind it. */
    String text(String emphasis) {
      String number = emphasis + RatiosCommand.number(value) + emphasis;
      return low == high
          ? number
          : "%s [%s, %s]".formatted(number, RatiosCommand.number(low), RatiosCommand.number(high));
    }
  }

  private Statistics() {}

  /** The median over all iterations of all forks. */
  static Estimate median(List<double[]> forks) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] drawn = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      drawn[i] = medianOf(resample(forks, drawForks(forks.size(), random), random));
    }
    return estimate(medianOf(pool(forks)), drawn);
  }

  /** The median of {@code above} divided by that of {@code below}. */
  static Estimate ratio(List<double[]> above, List<double[]> below) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] drawn = new double[RESAMPLES];
    boolean paired = above.size() == below.size();
    for (int i = 0; i < RESAMPLES; i++) {
      int[] first = drawForks(above.size(), random);
      int[] second = paired ? first : drawForks(below.size(), random);
      drawn[i] =
          medianOf(resample(above, first, random)) / medianOf(resample(below, second, random));
    }
    return estimate(medianOf(pool(above)) / medianOf(pool(below)), drawn);
  }

  /** The middle of the sorted values, or the mean of the two in the middle. */
  static double medianOf(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static Estimate estimate(double value, double[] drawn) {
    Arrays.sort(drawn);
    return new Estimate(
        value, drawn[(int) (0.025 * drawn.length)], drawn[(int) (0.975 * drawn.length)]);
  }

  private static int[] drawForks(int count, SplittableRandom random) {
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = random.nextInt(count);
    }
    return drawn;
  }

  private static double[] resample(List<double[]> forks, int[] drawn, SplittableRandom random) {
    int size = 0;
    for (int f : drawn) {
      size += forks.get(f).length;
    }
    double[] values = new double[size];
    int n = 0;
    for (int f : drawn) {
      double[] fork = forks.get(f);
      for (int i = 0; i < fork.length; i++) {
        values[n++] = fork[random.nextInt(fork.length)];
      }
    }
    return values;
  }

  private static double[] pool(List<double[]> forks) {
    return forks.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
