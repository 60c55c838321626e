package io.github.seinpaal.jmh;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.seinpaal.CountingSemaphore;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jol.vm.VM;
import org.openjdk.jol.vm.VirtualMachine;

/** Measures the sizes for {@link FootprintCommand}, in a process of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // what is tested
final class Footprint {
  private static final int WAITERS = 128;

  private Footprint() {}

  /** Prints one line of JSON, last. */
  public static void main(String[] args) throws InterruptedException {
    boolean virtual = Waiters.virtualAvailable();
    JsonArray all = new JsonArray();
    for (String name : Rival.NAMES) {
      if (name.equals("floor")) {
        continue;
      }
      JsonObject entry = new JsonObject();
      entry.addProperty("rival", name);
      TreeMap<String, Integer> idleClasses = new TreeMap<>();
      long idle = sizeOf(Rival.of(name, 1).subject(), idleClasses);
      entry.addProperty("idleBytes", idle);
      entry.addProperty("idleObjects", idleClasses.toString());

      Rival rival = Rival.of(name, 0);
      Thread[] threads = new Thread[WAITERS];
      for (int i = 0; i < WAITERS; i++) {
        threads[i] = Waiters.start(virtual, () -> await(rival));
      }
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (rival.getQueueLength() < WAITERS || !Waiters.awaitBlocked(threads, limit)) {
        if (System.nanoTime() - limit > 0) {
          throw new IllegalStateException("the waiters did not all block within a minute");
        }
        Thread.onSpinWait();
      }
      TreeMap<String, Integer> queuedClasses = new TreeMap<>();
      long queued = sizeOf(rival.subject(), queuedClasses);
      entry.addProperty("perWaiterBytes", (double) (queued - idle) / WAITERS);
      entry.addProperty("queuedObjects", queuedClasses.toString());
      all.add(entry);
      rival.release();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    all.add(future());
    JsonObject result = new JsonObject();
    result.addProperty(
        "permitBytes", VM.current().sizeOf(new CountingSemaphore(1).tryAcquirePermit()));
    result.addProperty("jdkVersion", System.getProperty("java.version"));
    result.addProperty("layout", VM.current().details());
    result.add("sizes", all);
    System.out.println(result);
    System.exit(0);
  }

  /** The size of a waiter that is a future, with the future. */
  @SuppressWarnings("FutureReturnValueIgnored") // the semaphore keeps the request
  private static JsonObject future() {
    CountingSemaphore semaphore = CountingSemaphore.builder(0).executor(Runnable::run).build();
    TreeMap<String, Integer> idleClasses = new TreeMap<>();
    long idle = sizeOf(semaphore, idleClasses);
    for (int i = 0; i < WAITERS; i++) {
      semaphore.acquireAsync();
    }
    TreeMap<String, Integer> queuedClasses = new TreeMap<>();
    long queued = sizeOf(semaphore, queuedClasses);
    JsonObject entry = new JsonObject();
    entry.addProperty("rival", "seinpaal, futures");
    entry.addProperty("idleBytes", idle);
    entry.addProperty("idleObjects", idleClasses.toString());
    entry.addProperty("perWaiterBytes", (double) (queued - idle) / WAITERS);
    entry.addProperty("queuedObjects", queuedClasses.toString());
    return entry;
  }

  /** Waits for the one permit and passes it on, so that a maximum is never exceeded. */
  private static void await(Rival rival) {
    try {
      rival.acquire();
      rival.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The size of an object and all it refers to, but for threads, classes and class loaders. */
  private static long sizeOf(Object root, TreeMap<String, Integer> classes) {
    VirtualMachine vm = VM.current();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(root));
    seen.add(root);
    long size = 0;
    while (!open.isEmpty()) {
      Object object = open.poll();
      size += vm.sizeOf(object);
      classes.merge(object.getClass().getSimpleName(), 1, Integer::sum);
      if (object instanceof Object[] array) {
        for (Object element : array) {
          visit(element, seen, open);
        }
      }
      for (Class<?> c = object.getClass();
          c != null && !c.isArray() && !c.isHidden(); // what a lambda refers to has been visited
          c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            visit(vm.getObject(object, vm.fieldOffset(field)), seen, open);
          }
        }
      }
    }
    return size;
  }

  private static void visit(Object object, Set<Object> seen, Deque<Object> open) {
    boolean foreign =
        object == null
            || object instanceof Thread
            || object instanceof Class
            || object instanceof ClassLoader;
    if (!foreign && seen.add(object)) {
      open.add(object);
    }
  }
}
