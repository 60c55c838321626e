package io.github.seinpaal;

import com.google.common.collect.testing.QueueTestSuiteBuilder;
import com.google.common.collect.testing.TestStringQueueGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Guava's contract suite for queues, which is that of {@code Collection} and {@code Queue}. */
class BoundedQueueCollectionTest {

  @TestFactory
  Stream<DynamicNode> itIsAQueueAsTheCollectionsFrameworkMeansIt() {
    return Stream.of(Mode.values()).flatMap(mode -> tests(suite(mode), mode + " "));
  }

  private static TestSuite suite(Mode mode) {
    return QueueTestSuiteBuilder.using(
            new TestStringQueueGenerator() {
              @Override
              public Queue<String> create(String[] elements) {
                Queue<String> queue = new BoundedQueue<>(elements.length + 4, mode.fair());
                Collections.addAll(queue, elements);
                return queue;
              }
            })
        .named("BoundedQueue " + mode)
        .withFeatures(
            CollectionSize.ANY,
            CollectionFeature.GENERAL_PURPOSE,
            CollectionFeature.KNOWN_ORDER,
            CollectionFeature.ALLOWS_NULL_QUERIES)
        .createTestSuite();
  }

  /** One test of the platform for each of JUnit 3. */
  private static Stream<DynamicNode> tests(junit.framework.Test test, String path) {
    if (test instanceof TestSuite suite) {
      return Collections.list(suite.tests()).stream()
          .flatMap(t -> tests(t, path + suite.getName().replaceFirst(".*\\.", "") + " "));
    }
    return List.<DynamicNode>of(
        DynamicTest.dynamicTest(path + test, () -> ((TestCase) test).runBare()))
        .stream();
  }
}
