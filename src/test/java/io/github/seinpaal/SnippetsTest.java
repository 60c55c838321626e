package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the documentation do what the text around them says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnippetsTest {

  /** The pool is never used by more callers at once than it has connections. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void poolIsNeverOverused(ThreadKind kind) {
    Snippets.Pool pool = new Snippets.Pool(3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Task<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      callers.add(
          Task.call(
              kind,
              () -> {
                int done = 0;
                for (int call = 0; call < 100; call++) {
                  done +=
                      pool.query(
                          () -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.yield();
                            inside.decrementAndGet();
                            return 1;
                          });
                }
                return done;
              }));
    }
    assertThat(Task.results(callers)).containsOnly(100);
    assertThat(most.get()).isBetween(1, 3);
  }

  /** A caller with little patience gets its substitute, and the connection is given back after. */
  @Test
  void impatientCallerGetsTheSubstitute() throws InterruptedException {
    Snippets.Pool pool = new Snippets.Pool(1);
    CountDownLatch finish = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    Task<String> slow =
        Task.call(
            ThreadKind.PLATFORM,
            () ->
                pool.query(
                    () -> {
                      inside.countDown();
                      Await.until("told to finish", () -> finish.getCount() == 0);
                      return "slow";
                    }));
    inside.await();
    assertThat(pool.queryWithin(Duration.ofMillis(5), () -> "quick", "busy")).isEqualTo("busy");
    finish.countDown();
    assertThat(slow.result()).isEqualTo("slow");
    assertThat(pool.queryWithin(Duration.ofMinutes(1), () -> "quick", "busy")).isEqualTo("quick");
  }

  /** A caller that fails gives its connection back. */
  @Test
  void failingCallerGivesItsConnectionBack() throws InterruptedException {
    Snippets.Pool pool = new Snippets.Pool(1);
    for (int i = 0; i < 3; i++) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  pool.query(
                      () -> {
                        throw new IllegalStateException("query failed");
                      }));
    }
    assertThat(pool.<String>query(() -> "works")).isEqualTo("works");
  }

  /** The grid is the same as one worker alone computes. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void diffusionTakesOneStepAfterTheOther(ThreadKind kind) throws Exception {
    double[] cells = new double[20];
    cells[10] = 1;
    Snippets.Diffusion alone = new Snippets.Diffusion(cells, 1);
    alone.work(1, 19, 500);
    Snippets.Diffusion together = new Snippets.Diffusion(cells, 3);
    List<Task<Void>> workers = new ArrayList<>();
    for (int from = 1; from < 19; from += 6) {
      int first = from;
      workers.add(Task.run(kind, () -> together.work(first, first + 6, 500)));
    }
    Task.results(workers);
    assertThat(together.cells()).containsExactly(alone.cells());
    assertThat(together.cells()).isNotEqualTo(cells);
  }

  /** No node serves before all have started and the announcement has been made. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void clusterServesOnceAllAreUp(ThreadKind kind) {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger announced = new AtomicInteger();
    Snippets.Cluster cluster = new Snippets.Cluster(3, () -> announced.set(started.get()));
    List<Task<Integer>> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      nodes.add(
          Task.call(
              kind,
              () -> {
                int[] seen = new int[1];
                cluster.run(started::incrementAndGet, () -> seen[0] = announced.get());
                return seen[0];
              }));
    }
    assertThat(Task.results(nodes)).containsOnly(3);
  }

  /** A fifth image is not decoded while four are. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void fifthThumbnailIsThePlaceholder(ThreadKind kind) throws Exception {
    Snippets.Thumbnails thumbnails = new Snippets.Thumbnails();
    CountDownLatch inside = new CountDownLatch(4);
    CountDownLatch finish = new CountDownLatch(1);
    List<Task<byte[]>> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      slow.add(
          Task.call(
              kind,
              () ->
                  thumbnails.thumbnail(
                      () -> {
                        inside.countDown();
                        finish.await();
                        return new byte[] {1};
                      })));
    }
    inside.await();
    byte[] placeholder = {};
    assertThat(thumbnails.thumbnailOr(placeholder, () -> new byte[] {2})).isSameAs(placeholder);
    finish.countDown();
    assertThat(Task.results(slow)).allMatch(image -> image[0] == 1);
    assertThat(thumbnails.thumbnailOr(placeholder, () -> new byte[] {2})).containsExactly(2);
  }

  /** What is paid out was paid in before, and all that was paid in can be paid out. */
  @ParameterizedTest
  @MethodSource(Cases.THREADS)
  void accountPaysOutWhatWasPaidIn(ThreadKind kind) {
    Snippets.Account account = new Snippets.Account();
    List<Task<Void>> takers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      takers.add(Task.run(kind, () -> account.payOut(25)));
    }
    for (int i = 0; i < 99; i++) {
      account.payIn(1);
    }
    Await.until("three have their money", () -> Task.done(takers) == 3);
    account.payIn(1);
    Task.results(takers);
  }
}
