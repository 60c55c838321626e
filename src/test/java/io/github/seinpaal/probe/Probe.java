package io.github.seinpaal.probe;

import io.github.seinpaal.CountingSemaphore;
import java.lang.module.ModuleFinder;

/**
 * A program that uses the library, run by {@code ImagesTest} where Java Flight Recorder is missing,
 * not resolved, or there. In a package of its own, because it becomes a module of its own.
 */
public final class Probe {
  private Probe() {}

  /** Does all that there are events for, and prints where it ran. */
  public static void main(String[] args) throws InterruptedException {
    CountingSemaphore s = CountingSemaphore.builder(1).maxPermits(1).name("probed").build();
    s.acquire();
    Thread waiter = new Thread(s::acquireUninterruptibly);
    waiter.start();
    while (!s.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
    Thread.sleep(50); // no wait for anything: the wait must outlast the event's threshold
    s.release();
    waiter.join();
    s.release();
    try {
      s.release();
      throw new AssertionError("released above the maximum");
    } catch (IllegalStateException expected) {
      System.out.println("refused");
    }
    s.setMaxPermits(2);
    s.shutdown();
    String module = "jdk.jfr";
    System.out.println("present " + ModuleFinder.ofSystem().find(module).isPresent());
    System.out.println("resolved " + ModuleLayer.boot().findModule(module).isPresent());
    System.out.println("named " + CountingSemaphore.class.getModule().isNamed());
  }
}
