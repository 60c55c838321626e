package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.AbstractQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A first-in first-out blocking queue of fixed capacity that can be closed.
 *
 * <p>{@link #put} waits while the queue is full, {@link #take} while it is empty. {@link #close}
 * ends the stream: what is in the queue can still be taken, after that {@code take} throws {@link
 * QueueClosedException} and {@code poll} returns null, also in those who wait already. So a
 * consumer needs no sentinel to know the end:
 *
 * <pre>{@code
 * static <A, B> void stage(BoundedQueue<A> in, Function<A, B> work, BoundedQueue<B> out)
 *     throws InterruptedException {
 *   try (out) {
 *     while (true) {
 *       out.put(work.apply(in.take()));
 *     }
 *   } catch (QueueClosedException end) {
 *     // The last element of in has been worked on; closing out tells the next stage.
 *   }
 * }
 * }</pre>
 *
 * <p><b>Differences from {@link java.util.concurrent.ArrayBlockingQueue}.</b> A program that
 * changes the class name compiles and goes on, except that
 *
 * <ul>
 *   <li>no lock is held while code of the caller runs: {@code equals}, predicates, and the
 *       collection given to {@link #drainTo} may use the queue, and may throw;
 *   <li>so elements on their way to that collection are in neither, and those that it did not take
 *       return to the front of the queue;
 *   <li>an iterator, a stream or {@code removeIf} works on the elements that were there when it
 *       began, and so never throws {@code ConcurrentModificationException};
 *   <li>the class is final and not serializable.
 * </ul>
 *
 * <p><b>Fairness.</b> In a <em>fair</em> queue those who wait for an element, or for a space, get
 * theirs in the order in which they came to wait. Later calls do not pass them: a {@code put} or
 * {@code take} waits behind them, and an {@code offer} or {@code poll} without a time limit, or at
 * the end of it, succeeds only if there are more spaces or elements than threads that wait for
 * them. In a <em>non-fair</em> queue (the default) whoever comes first to a space or element takes
 * it, which is faster; there {@code poll()} returns null only if no element was in the queue.
 * Elements are taken in the order in which they were put, in both.
 *
 * <p>Methods that look or remove without taking in turn ({@code peek}, {@code size}, {@code
 * contains}, {@code remove}, {@code drainTo}, {@code clear}, iterators) see every element in the
 * queue, also if somebody waits for it.
 *
 * <p><b>Closing.</b> {@link #close} lets nothing in: {@code put} and {@code add} throw {@link
 * QueueClosedException}, waiting or not, and {@code offer} returns false. A put that has its space
 * still counts, and so does an open {@link Slot}: consumers wait until it is used or closed. {@link
 * #closeNow} also takes out what is left. {@link #awaitDrained} waits until the queue is closed and
 * empty.
 *
 * <p><b>Thread pools.</b> The queue is fit for a {@link java.util.concurrent.ThreadPoolExecutor},
 * which hands tasks over by {@code offer} and rejects them when the queue is full. Never close the
 * queue of a pool that is not shut down: its workers would die of the {@code QueueClosedException},
 * and the pool would replace them by others that die likewise, for ever.
 *
 * <p>Null elements are refused with a {@link NullPointerException}, before anything else. Methods
 * that throw {@link InterruptedException} do so if the thread is interrupted on entry, even if they
 * would not have had to wait; then, or if they time out, they have added or taken nothing. Time
 * limits are in the unit given, or a {@link Duration}; zero or negative ones do not wait, long ones
 * saturate. All methods are thread-safe and, but for iterators and what walks through many
 * elements, atomic.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it puts an element
 * <i>happens-before</i> what another does after it has taken, removed or seen that element. What it
 * does before it closes the queue <i>happens-before</i> what another does after a call that has
 * found the queue closed. A failed attempt promises no ordering.
 *
 * @param <E> the type of the elements
 */
public final class BoundedQueue<E> extends AbstractQueue<E>
    implements BlockingQueue<E>, AutoCloseable {

  // A monitor of semaphores: one lock of one permit, and for each of the two things that one may
  // wait for, an element or a space, a semaphore whose permits call those who wait to come and
  // look. What is there is counted under the lock, by plain fields; a thread that finds nothing
  // writes down that it waits, lets go of the lock, and waits for a call. Whoever lets go of the
  // lock makes the calls that are due, so no path through the class can forget one.
  //
  // A call is no promise: in a non-fair queue another may be quicker, and the called waits again.
  // In a fair queue only one is called at a time, nobody else takes while somebody waits, and the
  // called makes the next call as it leaves, so elements and waiters meet in order.
  //
  // A waiter that leaves (timeout, interrupt, failure) takes the lock, and crosses itself out; a
  // call that it leaves behind goes to the next, or is taken back.
  //
  // The stack may end anywhere. Who might have to wake somebody probes for the frames before it
  // changes anything, and a change calls no method between its stores. If even the call that lets
  // go of the lock does not fit, the caller's frame marks the lock as orphaned, which takes no
  // call, and the next who wants the lock has it.

  /** Those who wait for one thing, an element or a space. Guarded by the lock. */
  private static final class Line {
    private static final int EVERYBODY = Integer.MAX_VALUE;

    final PermitSynchronizer calls; // a permit calls one of those who wait to look again
    final boolean fair;
    int waiting; // how many have come to wait and are not back
    int called; // permits given out that nobody has come back with

    Line(boolean fair) {
      this.calls = new PermitSynchronizer(0, fair, PermitSynchronizer.NO_MAX, null);
      this.fair = fair;
    }

    /** Whether somebody waits whom an element or space more would call. */
    boolean listens() {
      return waiting > called;
    }

    /** How many calls are to be made now that so much is there. */
    int due(int available) {
      int most = fair && available != EVERYBODY ? Math.min(available, 1) : available;
      return Math.max(0, Math.min(waiting, most) - called);
    }
  }

  /** What was in the queue at one moment, in order, and where. */
  private static final class Snapshot {
    final Object[] elements;
    final long first; // place of the first since the queue began
    final long shifts; // of the queue at that moment

    Snapshot(Object[] elements, long first, long shifts) {
      this.elements = elements;
      this.first = first;
      this.shifts = shifts;
    }
  }

  /** The time limit of one who has none. */
  private static final long FOREVER = Long.MAX_VALUE;

  /** Nanoseconds after which one who waits for the lock looks whether it has been orphaned. */
  private static final long SLICE = 100_000_000;

  private static final VarHandle ORPHANED =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "orphaned", VarHandle.class, BoundedQueue.class, boolean.class);

  private static final int PROBE = PermitSynchronizer.PROBE + 50;

  private final PermitSynchronizer lock;
  private final Line items;
  private final Line spaces;
  private final boolean fair;
  private final Object[] ring;
  private volatile boolean orphaned; // the lock is held by nobody, and not let go of
  private volatile boolean unheard; // calls were counted, and perhaps not made

  // Guarded by the lock.
  private int head; // index of the oldest element
  private int count; // elements in the ring
  private int held; // spaces neither free nor filled: open slots and draining
  private int draining; // elements on their way out by drainTo, which may come back
  private long puts; // elements ever added at the tail
  private long shifts; // by how much the place of an element may have grown
  private volatile boolean closed; // read without the lock by isClosed
  private boolean aborted; // closed, and slots are void
  private PermitSynchronizer drained; // shut down when all is over; null until somebody waits

  /**
   * Creates a non-fair queue.
   *
   * @param capacity the most elements that it holds; memory for all of them is allocated at once
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public BoundedQueue(int capacity) {
    this(capacity, false);
  }

  /**
   * Creates a queue.
   *
   * @param capacity the most elements that it holds; memory for all of them is allocated at once
   * @param fair true to serve those who wait first-in first-out
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public BoundedQueue(int capacity, boolean fair) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity + ", at least 1 is needed");
    }
    this.lock = new PermitSynchronizer(1, fair, PermitSynchronizer.NO_MAX, null);
    this.items = new Line(fair);
    this.spaces = new Line(fair);
    this.fair = fair;
    this.ring = new Object[capacity];
  }

  /**
   * Creates a queue that holds the given elements, in the order of the collection's iterator.
   *
   * @param capacity the most elements that it holds; memory for all of them is allocated at once
   * @param fair true to serve those who wait first-in first-out
   * @param elements what is in the queue at first
   * @throws IllegalArgumentException if {@code capacity} is less than 1, or less than the number of
   *     elements
   * @throws NullPointerException if the collection or one of its elements is null
   */
  public BoundedQueue(int capacity, boolean fair, Collection<? extends E> elements) {
    this(capacity, fair);
    for (E e : elements) {
      Objects.requireNonNull(e);
      if (count == capacity) {
        throw new IllegalArgumentException("more elements than the capacity of " + capacity);
      }
      enqueue(e);
    }
  }

  // The lock

  private void lock() {
    if (!lock.acquireOne()) {
      lockSlowly();
    }
  }

  /** Looks now and then whether the lock has been orphaned, or its release was not heard. */
  private void lockSlowly() {
    try {
      do {
        if (orphaned && ORPHANED.compareAndSet(this, true, false)) {
          return;
        }
      } while (!lock.acquire(1, false, true, SLICE, this));
    } catch (InterruptedException e) {
      throw new AssertionError("an uninterruptible wait was interrupted", e);
    }
  }

  /** Locks to set things right: does not give up, whatever fails. */
  private void lockSurely() {
    boolean locked = false;
    while (!locked) {
      try {
        lock();
        locked = true;
      } catch (RuntimeException | Error again) {
        locked = false;
      }
    }
  }

  /**
   * Lets go of the lock and makes the calls that are due. If it fails, which is for want of stack,
   * it has changed nothing, and the lock is still held: the caller must then set {@code orphaned}.
   */
  private void unlock() {
    if ((items.waiting | spaces.waiting) != 0 || closed || unheard) {
      unlockAndCall();
      return;
    }
    hear(lock, lock.addBlindly(1));
  }

  /** Wakes whom permits are for. What fails here has been done, but for that: it is made up for. */
  private void hear(PermitSynchronizer calls, long added) {
    try {
      calls.wakeAfter(added);
    } catch (Throwable e) {
      unheard = true;
    }
  }

  /** The calls are made before the lock is free, and heard after that. */
  private void unlockAndCall() {
    boolean again = unheard;
    long itemCalls = again ? PermitSynchronizer.WAITERS : 0L;
    long spaceCalls = itemCalls;
    PermitSynchronizer gate;
    long added;
    try {
      int due = items.due(isOver() ? Line.EVERYBODY : count);
      if (due != 0) {
        itemCalls |= items.calls.addBlindly(due);
        items.called += due;
      }
      due = spaces.due(closed ? Line.EVERYBODY : free());
      if (due != 0) {
        spaceCalls |= spaces.calls.addBlindly(due);
        spaces.called += due;
      }
      gate = isOver() ? drained : null;
      if (again) {
        unheard = false;
      }
      added = lock.addBlindly(1);
    } catch (StackOverflowError e) {
      unheard = true;
      throw e;
    }
    hear(lock, added);
    hear(items.calls, itemCalls);
    hear(spaces.calls, spaceCalls);
    try {
      if (gate != null) {
        gate.shutdown();
      }
    } catch (Throwable e) {
      unheard = true;
    }
  }

  /** What is done under the lock, but for the calls that have to be fast. */
  private <T> T locked(Supplier<T> body) {
    lock();
    try {
      return body.get();
    } finally {
      try {
        unlock();
      } catch (StackOverflowError e) {
        orphaned = true;
      }
    }
  }

  private static void probe() {
    PermitSynchronizer.probeStack(PROBE);
  }

  // Under the lock

  private int free() {
    return ring.length - count - held;
  }

  /** Whether no element is there and none can come. */
  private boolean isOver() {
    return closed && count == 0 && (aborted ? draining == 0 : held == 0);
  }

  /** Whether one who is ready to wait may take at once: it passes nobody who waits. */
  private boolean mayTake() {
    return count != 0 && !(fair && items.waiting != 0);
  }

  private boolean mayPut() {
    return !closed && free() > 0 && !(fair && spaces.waiting != 0);
  }

  /** Whether one who does not wait may take: an element is there that nobody waits for. */
  private boolean mayPoll() {
    return count > (fair ? items.waiting : 0);
  }

  private boolean mayOffer() {
    return !closed && free() > (fair ? spaces.waiting : 0);
  }

  private int index(int place) {
    int i = head - (ring.length - place);
    return i < 0 ? i + ring.length : i;
  }

  private void enqueue(E e) {
    if (items.listens()) {
      probe();
    }
    ring[index(count)] = e;
    count++;
    puts++;
  }

  private E dequeue() {
    if (spaces.listens() || closed) {
      probe();
    }
    @SuppressWarnings("unchecked")
    E e = (E) ring[head];
    int next = index(1);
    ring[head] = null;
    head = next;
    count--;
    return e;
  }

  /** Waits to be called; the lock is held before and after. False if the time was over. */
  private boolean await(Line line, long nanos) throws InterruptedException {
    boolean timed = nanos != FOREVER;
    PermitSynchronizer.Waiter w =
        fair ? new PermitSynchronizer.Waiter(Thread.currentThread(), 1) : null;
    boolean called = false;
    boolean unlocked = false;
    line.waiting++;
    try {
      if (w != null) {
        line.calls.join(w); // under the lock, so that calls come in the order of those who wait
      }
      unlocked = true;
      try {
        unlock();
      } catch (StackOverflowError e) {
        orphaned = true;
      }
      called =
          w != null
              ? line.calls.await(w, 1, true, timed, nanos, this)
              : line.calls.acquireOne() || line.calls.acquire(1, true, timed, nanos, this);
      return called;
    } finally {
      if (unlocked) {
        lockSurely();
      }
      line.waiting--;
      if (w != null && !called) {
        line.calls.abandon(w);
      }
      if (called || (line.called > line.waiting && line.calls.tryAcquire(1))) {
        line.called--;
      }
    }
  }

  /** Waits for an element and takes it; null if the time or the stream is over. */
  private E awaitItem(long nanos) throws InterruptedException {
    probe();
    long deadline = nanos == FOREVER ? 0L : System.nanoTime() + nanos;
    boolean called = false;
    while (!isOver()) {
      if (count != 0 && (called || mayTake())) {
        return dequeue();
      }
      long left = nanos == FOREVER ? FOREVER : deadline - System.nanoTime();
      if (left <= 0L) {
        return mayPoll() ? dequeue() : null;
      }
      called = await(items, left);
    }
    return null;
  }

  /** Waits for a space; false if the time is over or the queue closed. */
  private boolean awaitSpace(long nanos) throws InterruptedException {
    probe();
    long deadline = nanos == FOREVER ? 0L : System.nanoTime() + nanos;
    boolean called = false;
    while (!closed) {
      if (free() > 0 && (called || mayPut())) {
        return true;
      }
      long left = nanos == FOREVER ? FOREVER : deadline - System.nanoTime();
      if (left <= 0L) {
        return mayOffer();
      }
      called = await(spaces, left);
    }
    return false;
  }

  /** Adds an element, or opens a slot; false if the time is over or the queue closed. */
  private boolean insert(E e, Slot slot, long nanos) throws InterruptedException {
    lock();
    try {
      if (!mayPut() && !(nanos <= 0L ? mayOffer() : awaitSpace(nanos))) {
        return false;
      }
      if (slot == null) {
        enqueue(e);
      } else {
        held++;
        slot.open = true;
      }
      return true;
    } finally {
      try {
        unlock();
      } catch (StackOverflowError e1) {
        orphaned = true;
      }
    }
  }

  /** Takes the element at the head; null if the time or the stream is over. */
  private E extract(long nanos) throws InterruptedException {
    lock();
    try {
      if (mayTake() || (nanos <= 0L && mayPoll())) {
        return dequeue();
      }
      return nanos <= 0L ? null : awaitItem(nanos);
    } finally {
      try {
        unlock();
      } catch (StackOverflowError e) {
        orphaned = true;
      }
    }
  }

  // Adding

  /**
   * Adds an element at the tail, waiting until there is a space, the queue is closed or the thread
   * is interrupted.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; the
   *     element was not added
   * @throws QueueClosedException if the queue is closed, before or while it waits; the element was
   *     not added
   * @throws NullPointerException if the element is null
   */
  @Override
  public void put(E e) throws InterruptedException {
    Objects.requireNonNull(e);
    checkInterrupt();
    if (!insert(e, null, FOREVER)) {
      throw closed("put");
    }
  }

  /**
   * Adds an element at the tail if there is a space now that nobody waits for, and the queue is not
   * closed.
   *
   * @return true if it was added; false if the queue is full, or closed
   * @throws NullPointerException if the element is null
   */
  @Override
  public boolean offer(E e) {
    Objects.requireNonNull(e);
    return insertNow(e, null);
  }

  /**
   * Adds an element at the tail, waiting at most so long until there is a space, the queue is
   * closed or the thread is interrupted.
   *
   * @return true if it was added; false if there was no space in time, or the queue is closed
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; the
   *     element was not added
   * @throws NullPointerException if the element or the unit is null
   */
  @Override
  public boolean offer(E e, long timeout, TimeUnit unit) throws InterruptedException {
    return offer(e, unit.toNanos(timeout));
  }

  /**
   * Adds an element as {@link #offer(Object, long, TimeUnit)} does.
   *
   * @param e the element
   * @param timeout how long to wait at most
   * @return true if it was added; false if there was no space in time, or the queue is closed
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; the
   *     element was not added
   * @throws NullPointerException if an argument is null
   */
  public boolean offer(E e, Duration timeout) throws InterruptedException {
    return offer(e, NANOSECONDS.convert(timeout));
  }

  private boolean offer(E e, long nanos) throws InterruptedException {
    Objects.requireNonNull(e);
    checkInterrupt();
    return insert(e, null, nanos);
  }

  /**
   * Adds an element at the tail if there is a space now that nobody waits for.
   *
   * @return true
   * @throws QueueClosedException if the queue is closed
   * @throws IllegalStateException if the queue is full
   * @throws NullPointerException if the element is null
   */
  @Override
  public boolean add(E e) {
    if (offer(e)) {
      return true;
    }
    throw closed ? closed("add") : new IllegalStateException(name() + " is full: add refused");
  }

  private boolean insertNow(E e, Slot slot) {
    try {
      return insert(e, slot, 0L);
    } catch (InterruptedException never) {
      throw new AssertionError("interrupted without waiting", never);
    }
  }

  /**
   * Reserves a space, waiting as {@link #put} does, for an element that is yet to be made.
   *
   * <pre>{@code
   * try (BoundedQueue<Page>.Slot slot = pages.reserve()) {
   *   slot.put(render()); // if that throws, the space is given back
   * }
   * }</pre>
   *
   * @return an open slot, which must be closed
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; no space
   *     was reserved
   * @throws QueueClosedException if the queue is closed, before or while it waits
   */
  public Slot reserve() throws InterruptedException {
    checkInterrupt();
    Slot slot = new Slot();
    if (!insert(null, slot, FOREVER)) {
      throw closed("reserve");
    }
    return slot;
  }

  /**
   * Reserves a space if {@link #offer} would find one now.
   *
   * @return an open slot, which must be closed; or null (which try-with-resources allows) if the
   *     queue is full or closed
   */
  public Slot tryReserve() {
    Slot slot = new Slot();
    return insertNow(null, slot) ? slot : null;
  }

  /**
   * A space reserved in a queue: one element can be added without waiting. It holds no place in the
   * order; the element comes behind what was put before it. A slot that is neither used nor closed
   * keeps its space, and a closed queue from ending. Thread-safe; may be passed to another thread.
   */
  public final class Slot implements AutoCloseable {
    private boolean open; // guarded by the lock

    private Slot() {}

    /**
     * Adds an element at the tail of the queue, and closes the slot. Does not wait. Works also if
     * the queue has been closed by {@link BoundedQueue#close}.
     *
     * @param e the element
     * @throws IllegalStateException if the slot has been used or closed
     * @throws QueueClosedException if {@link BoundedQueue#closeNow} has been called; the slot stays
     *     open, and useless
     * @throws NullPointerException if the element is null
     */
    public void put(E e) {
      Objects.requireNonNull(e);
      locked(
          () -> {
            if (!open) {
              throw new IllegalStateException(name() + ": the slot has been used or closed");
            }
            if (aborted) {
              throw closed("put");
            }
            enqueue(e);
            open = false;
            held--;
            return null;
          });
    }

    /** Gives the space back, unless the slot has been used or closed. */
    @Override
    public void close() {
      locked(
          () -> {
            if (open) {
              probe();
              open = false;
              held--;
            }
            return null;
          });
    }
  }

  // Taking

  /**
   * Takes the element at the head, waiting until there is one, the stream ends or the thread is
   * interrupted.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; nothing
   *     was taken
   * @throws QueueClosedException if the queue is closed and no element is left or can come
   */
  @Override
  public E take() throws InterruptedException {
    checkInterrupt();
    E e = extract(FOREVER);
    if (e == null) {
      throw closed("take");
    }
    return e;
  }

  /**
   * Takes the element at the head if there is one now that nobody waits for.
   *
   * @return the element, or null
   */
  @Override
  public E poll() {
    try {
      return extract(0L);
    } catch (InterruptedException never) {
      throw new AssertionError("interrupted without waiting", never);
    }
  }

  /**
   * Takes the element at the head, waiting at most so long until there is one, the stream ends or
   * the thread is interrupted.
   *
   * @return the element; null if none came in time, or if the queue is closed and none is left or
   *     can come
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; nothing
   *     was taken
   * @throws NullPointerException if the unit is null
   */
  @Override
  public E poll(long timeout, TimeUnit unit) throws InterruptedException {
    return pollNanos(unit.toNanos(timeout));
  }

  /**
   * Takes the element at the head as {@link #poll(long, TimeUnit)} does.
   *
   * @param timeout how long to wait at most
   * @return the element; null if none came in time, or if the queue is closed and none is left or
   *     can come
   * @throws InterruptedException if the thread is interrupted on entry or while it waits; nothing
   *     was taken
   * @throws NullPointerException if {@code timeout} is null
   */
  public E poll(Duration timeout) throws InterruptedException {
    return pollNanos(NANOSECONDS.convert(timeout));
  }

  private E pollNanos(long nanos) throws InterruptedException {
    checkInterrupt();
    return extract(nanos);
  }

  /**
   * Moves all elements to a collection, as {@link #drainTo(Collection, int)} does.
   *
   * @throws IllegalArgumentException if the collection is this queue
   */
  @Override
  public int drainTo(Collection<? super E> c) {
    return drainTo(c, Integer.MAX_VALUE);
  }

  /**
   * Moves at most so many elements to a collection. They leave the queue together; then they are
   * added to the collection one by one, while nothing is locked, and their spaces stay taken until
   * that is done. If the collection throws, the element that it refused and those behind it return
   * to the front of the queue; what was put meanwhile is behind them, what was taken meanwhile was
   * taken out of turn.
   *
   * @return how many were moved
   * @throws IllegalArgumentException if the collection is this queue
   * @throws NullPointerException if the collection is null
   */
  @Override
  public int drainTo(Collection<? super E> c, int maxElements) {
    Objects.requireNonNull(c);
    if (c == this) {
      throw new IllegalArgumentException("a queue cannot be drained to itself");
    }
    long[] then = new long[1];
    List<E> out =
        locked(
            () -> {
              then[0] = puts;
              List<E> some = takeOut(Math.min(Math.max(maxElements, 0), count));
              held += some.size();
              draining += some.size();
              return some;
            });
    if (out.isEmpty()) {
      return 0;
    }
    int added = 0;
    try {
      for (E e : out) {
        c.add(e);
        added++;
      }
      return added;
    } finally {
      handedOver(out, added, then[0]);
    }
  }

  private List<E> takeOut(int n) {
    probe();
    List<E> out = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      out.add(dequeue());
    }
    return out;
  }

  /** Ends the draining of some elements, and puts back those from the given one on. */
  private void handedOver(List<E> out, int from, long putsThen) {
    lockSurely();
    held -= out.size();
    draining -= out.size();
    for (int i = out.size() - 1; i >= from; i--) {
      int before = index(ring.length - 1);
      ring[before] = out.get(i);
      head = before;
      count++;
    }
    shifts += out.size() > from ? Math.max(ring.length, puts - putsThen) : 0;
    try {
      unlock();
    } catch (StackOverflowError e) {
      orphaned = true;
    }
  }

  // Looking, and removing from the inside

  @Override
  public E peek() {
    return locked(
        () -> {
          @SuppressWarnings("unchecked")
          E e = (E) ring[head];
          return e;
        });
  }

  @Override
  public int size() {
    return locked(() -> count);
  }

  @Override
  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * How many elements could be added now without waiting. Slots, and elements that {@link #drainTo}
   * is handing over, take up space.
   *
   * @return the number of free spaces, also if somebody waits for them or the queue is closed
   */
  @Override
  public int remainingCapacity() {
    return locked(this::free);
  }

  @Override
  public boolean contains(Object o) {
    return o != null && Arrays.asList(toArray()).contains(o);
  }

  @Override
  public Object[] toArray() {
    return snapshot().elements;
  }

  @Override
  public <T> T[] toArray(T[] a) {
    return Arrays.asList(toArray()).toArray(a);
  }

  private Snapshot snapshot() {
    return locked(
        () -> {
          Object[] elements = new Object[count];
          for (int i = 0; i < count; i++) {
            elements[i] = ring[index(i)];
          }
          return new Snapshot(elements, puts - count, shifts);
        });
  }

  @Override
  public void clear() {
    locked(
        () -> {
          probe();
          while (count != 0) {
            dequeue();
          }
          return null;
        });
  }

  /**
   * Removes the first element equal to the given one, wherever it stands.
   *
   * @return true if one was removed; false if at some moment there was none
   */
  @Override
  public boolean remove(Object o) {
    if (o == null) {
      return false;
    }
    for (; ; ) {
      boolean seen = false;
      Snapshot s = snapshot();
      for (int i = 0; i < s.elements.length; i++) {
        if (o.equals(s.elements[i])) {
          seen = true;
          if (remove(s, i)) {
            return true;
          }
        }
      }
      if (!seen) {
        return false;
      }
    }
  }

  /**
   * Removes the elements that satisfy the predicate, which is asked once for each that was there
   * when this began. If it throws, nothing is removed.
   */
  @Override
  public boolean removeIf(Predicate<? super E> filter) {
    Objects.requireNonNull(filter);
    Snapshot s = snapshot();
    BitSet marked = new BitSet();
    for (int i = 0; i < s.elements.length; i++) {
      @SuppressWarnings("unchecked")
      E e = (E) s.elements[i];
      marked.set(i, filter.test(e));
    }
    return remove(s, marked) != 0;
  }

  @Override
  public boolean removeAll(Collection<?> c) {
    Objects.requireNonNull(c);
    return removeIf(c::contains);
  }

  @Override
  public boolean retainAll(Collection<?> c) {
    Objects.requireNonNull(c);
    return removeIf(e -> !c.contains(e));
  }

  private boolean remove(Snapshot s, int i) {
    BitSet marked = new BitSet();
    marked.set(i);
    return remove(s, marked) != 0;
  }

  /**
   * Removes those marked that are still there; returns how many. An element's place, counted since
   * the queue began, stays when others are taken at the head, and grows when one behind it is
   * removed, for what is in front closes up towards the tail. So an element is at its place of then
   * or up to {@code shifts} behind it.
   */
  private int remove(Snapshot s, BitSet marked) {
    return marked.isEmpty() ? 0 : locked(() -> closeUp(s, marked));
  }

  private int closeUp(Snapshot s, BitSet marked) {
    probe();
    long slack = shifts - s.shifts;
    int removed = 0;
    int last = s.elements.length - 1;
    for (int i = count - 1; i >= 0; i--) {
      Object x = ring[index(i)];
      long then = puts - count + i - s.first;
      int j = (int) Math.min(last, then);
      long lowest = Math.max(0, then - slack);
      while (j >= lowest && s.elements[j] != x) {
        j--;
      }
      boolean found = j >= lowest;
      if (found) {
        last = j - 1;
      }
      if (found && marked.get(j)) {
        removed++;
      } else if (removed != 0) {
        ring[index(i + removed)] = x;
      }
    }
    for (int i = 0; i < removed; i++) {
      ring[index(i)] = null;
    }
    head = index(removed);
    count -= removed;
    shifts += removed;
    return removed;
  }

  /**
   * An iterator over the elements there are now. Its {@code remove} removes the one that {@code
   * next} has returned, unless that has been taken since. If the same object is in the queue more
   * than once, or has been put again, it may be another of its places that is removed.
   */
  @Override
  public Iterator<E> iterator() {
    return new Elements(snapshot());
  }

  private final class Elements implements Iterator<E> {
    private final Snapshot s;
    private int next;
    private boolean removable;

    Elements(Snapshot s) {
      this.s = s;
    }

    @Override
    public boolean hasNext() {
      return next < s.elements.length;
    }

    @Override
    public E next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      removable = true;
      @SuppressWarnings("unchecked")
      E e = (E) s.elements[next++];
      return e;
    }

    @Override
    public void remove() {
      if (!removable) {
        throw new IllegalStateException();
      }
      removable = false;
      BoundedQueue.this.remove(s, next - 1);
    }
  }

  @Override
  public Spliterator<E> spliterator() {
    return Spliterators.spliteratorUnknownSize(
        iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.CONCURRENT);
  }

  // Closing

  /**
   * Closes the queue to new elements; those in it can still be taken. Does nothing if it is closed.
   * Does not wait.
   */
  @Override
  public void close() {
    locked(
        () -> {
          probe();
          closed = true;
          return null;
        });
  }

  /**
   * Closes the queue, voids open slots, and takes out what is left. Does not wait. After {@link
   * #close} it does what is still to do; a second time it finds nothing.
   *
   * @return the elements that were in the queue, in order; a new list
   */
  public List<E> closeNow() {
    return locked(
        () -> {
          List<E> left = takeOut(count);
          closed = true;
          aborted = true;
          return left;
        });
  }

  /**
   * Whether the queue has been closed. There may be elements left in it.
   *
   * @return true after {@link #close} or {@link #closeNow}
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Waits until the queue is closed and empty, and nothing more can come. May be called before the
   * queue is closed.
   *
   * @param timeout how long to wait at most
   * @return true if that is so; false if the time was over first
   * @throws InterruptedException if the thread is interrupted on entry or while it waits
   * @throws NullPointerException if {@code timeout} is null
   */
  public boolean awaitDrained(Duration timeout) throws InterruptedException {
    long nanos = NANOSECONDS.convert(timeout);
    checkInterrupt();
    PermitSynchronizer gate =
        locked(
            () -> {
              if (drained == null) {
                drained = new PermitSynchronizer(0, false, PermitSynchronizer.NO_MAX, null);
              }
              return drained;
            });
    if (nanos > 0L) {
      gate.acquire(1, true, true, nanos, this);
    }
    return gate.isShutdown();
  }

  /**
   * Whether those who wait are served first-in first-out.
   *
   * @return the choice made when the queue was created
   */
  public boolean isFair() {
    return fair;
  }

  private QueueClosedException closed(String what) {
    return new QueueClosedException(name() + " is closed: " + what + " refused");
  }

  private String name() {
    return getClass().getSimpleName() + "@" + Integer.toHexString(hashCode());
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
