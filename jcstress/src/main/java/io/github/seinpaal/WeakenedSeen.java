package io.github.seinpaal;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.TestGrading;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Reads the results of one or more runs and fails unless every test of the suite has run and every
 * weakened one has shown its fault: a weakened test that shows nothing is a blind test.
 *
 * <pre>{@code
 * java -cp jcstress/target/jcstress.jar io.github.seinpaal.WeakenedSeen jcstress-results-….bin.gz
 * }</pre>
 */
public final class WeakenedSeen {
  private WeakenedSeen() {}

  /**
   * Prints what was seen.
   *
   * @param args the result files
   * @throws Exception if one cannot be read
   */
  public static void main(String[] args) throws Exception {
    InProcessCollector collector = new InProcessCollector();
    for (String file : args) {
      DiskReadCollector reader = new DiskReadCollector(file, collector);
      reader.dump();
      reader.close();
    }
    Map<String, Long> faults = new TreeMap<>();
    for (TestResult result : collector.getTestResults()) {
      faults.merge(result.getName(), faults(result), Long::sum);
    }
    Collection<String> planned = TestList.tests();
    int weakened = 0;
    int blind = 0;
    int missing = 0;
    for (String test : planned) {
      Long seen = faults.get(test);
      if (seen == null) {
        missing++;
        System.out.println("not run: " + test);
      } else if (test.contains(".Weakened")) {
        weakened++;
        if (seen == 0) {
          blind++;
        }
        System.out.println((seen == 0 ? "BLIND" : "seen " + seen) + ": " + test);
      }
    }
    System.out.printf(
        "%d tests, %d not run; %d weakened, %d blind%n", planned.size(), missing, weakened, blind);
    System.exit(blind + missing == 0 ? 0 : 1);
  }

  private static long faults(TestResult result) {
    long count = 0;
    for (GradingResult outcome : TestGrading.grade(result).gradingResults.values()) {
      if (outcome.expect == Expect.ACCEPTABLE_INTERESTING) {
        count += outcome.count;
      }
    }
    return count;
  }
}
