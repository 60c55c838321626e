package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that do at random all that can be done to a queue; every element must be accounted for.
 */
final class QueueOperations {

  /** What is tried. */
  record Setting(Mode mode, ThreadKind kind, int capacity, boolean interrupts, boolean closes) {}

  /** Thrown by the callbacks. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Which elements one thread has put in and got out; an element is its own number. */
  private static final class Account {
    final List<Integer> in = new ArrayList<>();
    final List<Integer> out = new ArrayList<>();
  }

  private final BoundedQueue<Integer> q;
  private final AtomicInteger numbers = new AtomicInteger();

  private QueueOperations(Setting setting) {
    this.q = Queues.of(setting.mode, setting.capacity);
  }

  static void run(Setting setting, int threads, int calls) {
    new QueueOperations(setting).runAll(setting, threads, calls);
  }

  private void runAll(Setting setting, int threads, int calls) {
    List<Account> accounts = new ArrayList<>();
    List<Task<Void>> tasks = new ArrayList<>();
    AtomicInteger left = new AtomicInteger(threads);
    long seed = ThreadLocalRandom.current().nextLong();
    for (int t = 0; t < threads; t++) {
      Account account = new Account();
      accounts.add(account);
      SplittableRandom random = new SplittableRandom(seed + t);
      tasks.add(
          Task.run(
              setting.kind,
              () -> {
                for (int i = 0; i < calls; i++) {
                  step(account, random);
                }
                left.decrementAndGet();
              }));
    }
    Task<Void> interrupter =
        Task.run(
            ThreadKind.PLATFORM,
            () -> {
              SplittableRandom random = new SplittableRandom(seed - 1);
              while (left.get() > 0) {
                if (setting.interrupts) {
                  tasks.get(random.nextInt(threads)).interrupt();
                }
                Thread.sleep(0, 100_000); // no wait for anything: the pace of the interrupts
              }
            });
    List<Integer> rest = new ArrayList<>();
    if (setting.closes) {
      Await.until("half is done", () -> numbers.get() > threads * calls / 8 || left.get() == 0);
      if (seed % 2 == 0) {
        q.close();
      } else {
        rest.addAll(q.closeNow());
      }
    }
    Task.results(tasks);
    interrupter.result();
    int size = q.size();
    assertThat(q.remainingCapacity()).isEqualTo(setting.capacity - size);
    while (q.peek() != null) {
      rest.add(q.poll());
      size--;
    }
    assertThat(size).isZero();
    assertThat(q.remainingCapacity()).isEqualTo(setting.capacity);
    List<Integer> in = new ArrayList<>();
    List<Integer> out = new ArrayList<>(rest);
    for (Account account : accounts) {
      in.addAll(account.in);
      out.addAll(account.out);
    }
    in.sort(null);
    out.sort(null);
    assertThat(out).as("seed %d", seed).isEqualTo(in);
    if (setting.closes) {
      assertEnded();
    } else {
      assertWorks(setting);
    }
  }

  private void assertEnded() {
    try {
      assertThat(q.awaitDrained(Duration.ofSeconds(20))).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Nobody is left behind in it, and no call that nobody answers. */
  private void assertWorks(Setting setting) {
    for (int i = 0; i < setting.capacity; i++) {
      assertThat(q.offer(i)).isTrue();
    }
    Task<Void> putter = Queues.putter(setting.kind, q, -1);
    assertThat(putter.isDone()).isFalse();
    for (int i = 0; i < setting.capacity; i++) {
      assertThat(q.remove(i)).isTrue();
    }
    putter.result();
    assertThat(q.poll()).isEqualTo(-1);
    Task<Integer> taker = Queues.taker(setting.kind, q);
    assertThat(taker.isDone()).isFalse();
    assertThat(q.offer(5)).isTrue();
    assertThat(taker.result()).isEqualTo(5);
  }

  private int number() {
    return numbers.incrementAndGet();
  }

  private void step(Account account, SplittableRandom random) {
    try {
      if (random.nextInt(5) < 3) {
        if (random.nextBoolean()) {
          add(account, random);
        } else {
          take(account, random);
        }
      } else {
        look(account, random);
      }
    } catch (InterruptedException | QueueClosedException nothingDone) {
      Thread.interrupted();
    }
  }

  private void add(Account account, SplittableRandom random) throws InterruptedException {
    int e = number();
    boolean added = true;
    switch (random.nextInt(7)) {
      case 0 -> added = q.offer(e);
      case 1 -> added = q.offer(e, random.nextInt(100), MICROSECONDS);
      case 2 -> added = q.offer(e, Duration.ofNanos(random.nextInt(300_000)));
      case 3 -> {
        try (BoundedQueue<Integer>.Slot slot = q.tryReserve()) {
          added = slot != null && random.nextBoolean();
          if (added) {
            slot.put(e);
          }
        }
      }
      case 4 -> {
        try {
          q.add(e);
        } catch (QueueClosedException closed) {
          throw closed;
        } catch (IllegalStateException full) {
          added = false;
        }
      }
      default -> added = q.offer(e, random.nextInt(3_000), MICROSECONDS);
    }
    if (added) {
      account.in.add(e);
    }
  }

  private void take(Account account, SplittableRandom random) throws InterruptedException {
    Integer e =
        switch (random.nextInt(4)) {
          case 0 -> q.poll();
          case 1 -> q.poll(random.nextInt(100), MICROSECONDS);
          case 2 -> q.poll(Duration.ofNanos(random.nextInt(300_000)));
          default -> q.poll(random.nextInt(3_000), MICROSECONDS);
        };
    if (e != null) {
      account.out.add(e);
    }
  }

  private void look(Account account, SplittableRandom random) {
    switch (random.nextInt(9)) {
      case 0 -> {
        Integer e = q.peek();
        if (e != null && q.remove(e)) {
          account.out.add(e);
        }
      }
      case 1 -> {
        Object[] all = q.toArray();
        Integer e = all.length == 0 ? null : (Integer) all[random.nextInt(all.length)];
        if (e != null && q.remove(e)) {
          account.out.add(e);
        }
      }
      case 2 -> {
        try {
          q.drainTo(
              new ArrayList<>() {
                private static final long serialVersionUID = 1L;

                @Override
                public boolean add(Integer e) {
                  if (random.nextInt(3) == 0) {
                    throw new Refusal();
                  }
                  return account.out.add(e);
                }
              },
              1 + random.nextInt(4));
        } catch (Refusal expected) {
          // what it refused is back
        }
      }
      case 3 -> q.drainTo(account.out, 1 + random.nextInt(4));
      case 4 -> {
        try {
          assertThat(q.removeIf(e -> refuse(random))).isFalse();
        } catch (Refusal expected) {
          // nothing is removed
        }
      }
      case 5 -> {
        Iterator<Integer> i = q.iterator();
        int[] before = {0};
        i.forEachRemaining(e -> before[0] = Math.max(e, before[0]));
        assertThat(before[0]).isNotNegative();
      }
      case 6 -> assertThat(q.size()).isBetween(0, 128);
      case 7 -> assertThat(Arrays.asList(q.toArray())).doesNotContainNull();
      default -> assertThat(q.contains(-5)).isFalse();
    }
  }

  private static boolean refuse(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      throw new Refusal();
    }
    return false;
  }
}
