package io.github.seinpaal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * The engine: permits, the queue of those who wait for them, and the only place that parks.
 *
 * <p><b>Overview.</b> One 64-bit word holds all that decides whether a request may have its
 * permits, so that every answer is one atomic step. Beside it stands a queue of waiters in the
 * tradition of {@code AbstractQueuedSynchronizer}, with three departures from it:
 *
 * <ul>
 *   <li><em>Permits are promised, then granted.</em> A waiter adds its demand to the word's {@code
 *       promised} field; an arrival may only take what is spare ({@code free - promised}). A fair
 *       waiter does so before it queues. A non-fair one only after about a millisecond at the head:
 *       until then it competes with arrivals each time it is woken. This is the only difference
 *       between the modes, and the reason why neither starves anyone.
 *   <li><em>Granting is handed over, not locked.</em> Whoever finds something to grant takes the
 *       {@code OWNED} bit and serves the queue; who finds it taken sets {@code DIRTY} and goes its
 *       way. The owner lets go by a compareAndSet from the very word that it judged, so a release,
 *       an arrival or a departure in between makes it look again; if somebody is to be woken first,
 *       it lets go anyway, wakes and comes back.
 *   <li><em>Leaving costs O(1).</em> Arrivals and leavers reach the owner through two stacks; only
 *       the owner touches the doubly linked list between {@code head} and {@code tail}, so it takes
 *       a leaver out of the middle without a search.
 * </ul>
 *
 * <pre>
 *            acquire                               release
 *               |  spare?                             |  getAndAdd
 *               v                                     v
 *   state  [ free:32 | promised:27 | SHUTDOWN DIRTY OWNED WOKEN WAITERS ]
 *                                        |
 *   inbox    c -&gt; b        serve():      |  sort, grant or call the head, let go, unpark
 *   leavers  x                           v
 *   list     head = a &lt;-&gt; x &lt;-&gt; y = tail
 * </pre>
 *
 * <p><b>Life of a waiter</b> ({@link Waiter#status}):
 *
 * <pre>
 *   fair      PROMISED --owner--&gt; GRANTING --owner--&gt; GRANTED
 *   non-fair  WAITING &lt;--owner, self--&gt; WOKEN --self--&gt; GONE (helped itself)
 *                                         \--self, old--&gt; PROMISED, as above
 *   future    as fair; in the other mode WAITING --owner, at the head--&gt; PROMISED
 *   condition DORMANT --signal--&gt; as above
 *   leaving   DORMANT, WAITING, WOKEN, PROMISED --self--&gt; TIMED_OUT, CANCELLED; --owner--&gt; REFUSED
 * </pre>
 *
 * The owner's step to GRANTING and the waiter's step out are compareAndSets of one field, so one of
 * them wins. GRANTED is set after the permits have left the word: were it set before, the waiter
 * could release them while the word still counts them free, and a maximum would refuse the release.
 *
 * <p><b>Fast paths.</b> A load of a word just changed by an atomic step costs nearly as much as
 * such a step, so {@link #acquireOne} and {@link #release} avoid it.
 *
 * <p>Without a maximum they add first and look afterwards. If there was nothing to take, an acquire
 * stands in <em>overdraft</em> for a moment: if releases have covered it since, it keeps the
 * permit; if the word is still short it takes the subtraction back, in one compareAndSet, so that
 * of several overdrafts as many succeed as there were permits for. An overdraft is a claim on the
 * next permit: an untimed attempt that meets it may fail, as it does for a promise. A negative
 * {@code free} is an overdraft, unless {@code checked} says that there can be debt. A blind release
 * adds at most {@value #BLIND_LIMIT}, and stops for good at the sight of 2^30 permits: to overflow,
 * 2^22 threads would have to be between the two.
 *
 * <p>With a maximum there are no overdrafts: a release above it could pass on the claim of a thread
 * that then takes it back. Instead the first compareAndExchange guesses the word of a semaphore
 * that nobody else uses; a wrong guess returns the word that a load would have.
 *
 * <p><b>The wake token.</b> In non-fair mode at most one waiter, the head, has been called and has
 * not yet answered: it holds {@code WOKEN}, and releases need not look at the queue. It gives the
 * bit back when it takes its permits, when it leaves, or by a compareAndSet from a word that has
 * too few for it; so a release is either seen by it or sees that the bit is free.
 *
 * <p><b>The maximum</b> stands beside the word, and the word counts from it: its upper field is
 * {@code free - max}, the negated number of permits held. So a release is checked against zero,
 * whatever the maximum is, and one write of {@code max} moves the maximum and the free permits
 * together. An acquire needs both. It may be judged by the maximum before the one that is just
 * written, and take its permits then; it may not fail by mixing them, see {@link #take}. Whoever
 * writes {@code max} then serves, which either finds DIRTY or OWNED in the word or changes it, so
 * an owner that has judged by the one before looks again.
 *
 * <p><b>Refusing.</b> A shutdown, or a maximum that shrinks, sets {@code sweep}: the owner takes
 * all waiters out of the list whose requests have become impossible, withdraws their demand, and
 * tells them. The owner clears {@code sweep} before it sorts arrivals in, and an arrival looks at
 * the word and the maximum after it has put itself into the inbox: one of them sees the other. No
 * promise is kept once SHUTDOWN is set.
 *
 * <p><b>Futures</b> ({@link PermitRequest}) are waiters without a thread. {@link Waiter#wake} is
 * where a grant reaches its waiter, outside of any ownership; one that cannot deliver it says so,
 * and the permits go back into the word before the owner looks again: no recursion, however many
 * refuse.
 *
 * <p><b>Conditions</b> ({@link ConditionQueue}) keep waiters that ask for nothing yet. A signal
 * joins them to the queue in their name.
 *
 * <p><b>Waiting.</b> A platform thread yields its core up to {@value #YIELDS} times before it
 * parks: about as long as a park and an unpark take, and unlike a spin it never keeps the holder
 * from running. A virtual thread parks at once, unless its time is over within {@value
 * #TIMER_SLACK} ns. A worker of a fork-join pool lets the pool replace it meanwhile.
 *
 * <p><b>Failure.</b> A waiter is allocated, and the stack is probed, before anything is changed for
 * it. Whatever is thrown while it waits, it leaves the queue, or gives back what it was granted. An
 * owner that fails lets go; an unpark that fails does not keep the others asleep.
 *
 * <p><b>Access modes.</b> {@code state}, {@code max}, {@code inbox}, {@code leavers}, {@code
 * sweep}, {@code status} and {@code parked} are volatile, and so are {@code checked}, {@code
 * ledger} and its gate; all else is plain and ordered by them. A store of GRANTED and a load of
 * {@code parked} by the owner, a store of {@code parked} and a load of {@code status} by the
 * waiter: each pair needs the full fence that volatile gives, or both would miss the other.
 *
 * <p>Arbitrary choices: {@value #BATCH} grants before the owner lets go and wakes them; a
 * millisecond of patience; {@value #YIELDS} yields. References: Lea, "The java.util.concurrent
 * Synchronizer Framework" (2004); Mellor-Crummey and Scott's queues; Treiber's stack; flat
 * combining (Hendler et al., 2010) for the handed-over granting.
 */
final class PermitSynchronizer extends PaddedWord.Padded {

  /** One who waits for permits. */
  static class Waiter {
    static final int DORMANT = -2; // in a condition queue: asks for nothing yet
    static final int ASKING = -1; // had the wake token, is taking its promise
    static final int WAITING = 0; // queued, competes when called
    static final int WOKEN = 1; // called: holds the wake token
    static final int PROMISED = 2; // its demand is counted in the word
    static final int GRANTING =
        3; // the owner is taking its permits out of the word, or a signal its promise
    static final int GRANTED = 4; // has its permits
    static final int GONE = 5; // this and above: no longer waits; this: helped itself
    static final int TIMED_OUT = 6;
    static final int CANCELLED = 7; // interrupted, failed, or its future was completed
    static final int REFUSED = 8; // by the owner: can never be met

    final Thread thread; // or null if a future waits
    final int permits;
    volatile int status;
    volatile boolean parked; // true while it may be asleep; written by the waiter
    boolean listed; // owner: between head and tail; or in a condition queue
    int promise; // its share of the promised demand; written by the waiter before PROMISED
    int headSince; // clock when first seen at the head, or 0; written by the owner before WOKEN
    Waiter next; // in the inbox: the arrival before; then owner: the one behind
    Waiter prev; // owner: the one in front
    Waiter nextLeaver; // in the stack of leavers

    Waiter(Thread thread, int permits) {
      this.thread = thread;
      this.permits = permits;
    }

    boolean casStatus(int expected, int value) {
      return STATUS.compareAndSet(this, expected, value);
    }

    /**
     * Tells a waiter that it has been granted, called or refused. False if it gives a grant back.
     */
    boolean wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
      return true;
    }
  }

  /** What is kept only of a semaphore that somebody has waited at. */
  static final class Ledger {
    long granted; // owner, as the two below: requests that had to queue
    long timedOut;
    long cancelled;
    int listed; // owner: how many are between head and tail
    volatile long longest; // nanoseconds that a request has waited, the most so far
    volatile PermitSynchronizer gate; // opened when all permits have come back; or null
  }

  /** Who waits politely how long: yields before a park, about as dear as the park. */
  static final int YIELDS = 50;

  /** Grants of one pass of the owner before it lets go and wakes the granted. */
  static final int BATCH = 32;

  /** How long the head competes before it is promised the next permits, in units of 1024 ns. */
  static final int PATIENCE = 1_000;

  /** Frames that must fit on the stack before a slow path begins. */
  static final int PROBE = 100;

  /** A wait that ends sooner than this, in nanoseconds, is not worth a timer. */
  static final long TIMER_SLACK = 50_000;

  // The word. Bits 63..32: free, the permits nobody holds, less the maximum; signed. Bits 31..5:
  // promised, the demand
  // that arrivals must leave alone. Below: flags.
  static final long PERMIT = 1L << 32;
  static final int PROMISE = 1 << 5;
  static final int SHUTDOWN = 1 << 4; // sticky: no more permits for anyone
  static final int DIRTY = 1 << 3; // the owner must look again
  static final int OWNED = 1 << 2; // somebody serves the queue
  static final int WOKEN = 1 << 1; // the head has been called and has not answered
  static final int WAITERS = 1; // a release must look at the queue
  static final int BARRED = -PROMISE | SHUTDOWN; // any of these bars a blind attempt
  static final int MAX_PROMISED = (1 << 26) - 1;

  static final int OVERFULL =
      1 << 31; // top bit of promised: not all demand is counted, nobody may arrive
  static final int NO_MAX = 0;

  // What comes of adding permits.
  static final int NOT_ADDED = 0;
  static final int ADDED = 1;
  static final int TO_SERVE = 2;

  private static final int BLIND_LIMIT = 256; // the most that one blind release adds
  private static final int HUGE = 1 << 30;

  private static final VarHandle STATE = field(PaddedWord.Word.class, "state", long.class);
  private static final VarHandle INBOX = field(PermitSynchronizer.class, "inbox", Waiter.class);
  private static final VarHandle LEAVERS = field(PermitSynchronizer.class, "leavers", Waiter.class);
  private static final VarHandle MAX = field(PermitSynchronizer.class, "max", long.class);
  private static final VarHandle LEDGER = field(PermitSynchronizer.class, "ledger", Ledger.class);
  private static final VarHandle STATUS = field(Waiter.class, "status", int.class);
  private static final VarHandle LONGEST = field(Ledger.class, "longest", long.class);
  private static final VarHandle GATE = field(Ledger.class, "gate", PermitSynchronizer.class);
  private static final MethodHandle IS_VIRTUAL = isVirtual();

  // Initialized with this class: if that were left to the first wait and met the end of the stack,
  // every later wait would fail.
  private static final Recorder RECORDER = Recorder.INSTANCE;

  private volatile boolean checked; // look first: a maximum, or debt or HUGE were seen; sticky
  private volatile boolean sweep; // the owner must look for requests that have become impossible
  final boolean fair;
  private final boolean barging; // one that has not joined yet may compete
  private volatile long max; // the maximum or NO_MAX, and in the high half how often it changed
  final String name; // or null
  private volatile Ledger ledger; // or null
  private volatile Waiter inbox; // arrivals, newest first
  private volatile Waiter leavers; // waiters that are GONE and may still be listed
  private Waiter head; // owner: the list, oldest first
  private Waiter tail; // owner

  PermitSynchronizer(int permits, boolean fair, int max, String name) {
    this(permits, fair, !fair, max, name);
  }

  private PermitSynchronizer(int permits, boolean fair, boolean barging, int max, String name) {
    this.fair = fair;
    this.barging = barging;
    this.max = max;
    this.name = name;
    this.checked = max != NO_MAX || permits < 0 || permits >= HUGE;
    this.state = (permits - max) * PERMIT;
  }

  /**
   * An engine without permits, to hold threads back until a bulk release: whoever has joined is
   * promised its permit, so that one pass of the owner grants and wakes all; whoever has not may
   * still help itself, and so saves itself the queue if it need not wait for long.
   */
  static PermitSynchronizer turnstile() {
    return new PermitSynchronizer(0, true, true, NO_MAX, null);
  }

  private static VarHandle field(Class<?> owner, String name, Class<?> type) {
    return ConstantBootstraps.fieldVarHandle(
        MethodHandles.lookup(), name, VarHandle.class, owner, type);
  }

  private static MethodHandle isVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException before21) {
      return MethodHandles.dropArguments(
          MethodHandles.constant(boolean.class, false), 0, Thread.class);
    }
  }

  /** The count of the word: the free permits, less the maximum if there is one. */
  private static int count(long s) {
    return (int) (s >> 32);
  }

  private static int free(long s, long max) {
    return count(s) + (int) max;
  }

  private static int promised(long s) {
    return ((int) s & ~OVERFULL) >>> 5;
  }

  /** Whether an arrival may take n permits: they are free, and promised to nobody. */
  private static boolean isSpare(long s, long max, int n) {
    return (s >> 32) + (int) max - promised(s) >= n && ((int) s & (OVERFULL | SHUTDOWN)) == 0;
  }

  /** Whether a request for n permits can never be met as things stand. */
  private boolean isImpossible(int n) {
    int most = (int) max;
    return ((int) state & SHUTDOWN) != 0 || (most != NO_MAX && n > most);
  }

  private boolean casState(long expected, long value) {
    return STATE.compareAndSet(this, expected, value);
  }

  private long getAndAddState(long delta) {
    return (long) STATE.getAndAdd(this, delta);
  }

  // Acquiring

  /** Takes n permits if they are spare; looks before it writes. */
  boolean tryAcquire(int n) {
    return take(n, false);
  }

  /**
   * Takes one permit if it is spare. Without a maximum, subtracts first; what is found short then
   * is settled here, in the frame that subtracted, where the stack is known to suffice. With a
   * maximum, first tries the word of a semaphore that nobody uses.
   */
  boolean acquireOne() {
    if (checked) {
      return take(1, (int) max != NO_MAX);
    }
    long p = (long) STATE.getAndAdd(this, -PERMIT);
    if (p >= PERMIT && ((int) p & BARRED) == 0) {
      return true;
    }
    for (; ; ) {
      long s = state;
      // isSpare(s, NO_MAX, 0), without a call: that might be one too many for the stack.
      if (s >> 32 >= ((int) s & ~OVERFULL) >>> 5 && ((int) s & (OVERFULL | SHUTDOWN)) == 0) {
        return true; // releases have covered the overdraft
      }
      if (STATE.compareAndSet(this, s, s + PERMIT)) {
        // The owner may have judged the word while it was short by this overdraft.
        if (s >= 0 && ((int) s & (WAITERS | WOKEN)) == WAITERS) {
          probeStack(PROBE);
          serve();
        }
        return false;
      }
    }
  }

  /**
   * Takes n permits if they are spare; first tries the word of an idle semaphore with a maximum, if
   * told so. A word and a maximum of different times may suffice together, or be short, though they
   * never did. So it succeeds by a maximum that was read while the word was the one it changes, and
   * fails by a word that was read while the maximum was the same.
   */
  private boolean take(int n, boolean guess) {
    long before = max;
    for (long s = guess ? 0L : state; ; ) {
      long m = max;
      long seen;
      if (isSpare(s, m, n)) {
        seen = (long) STATE.compareAndExchange(this, s, s - n * PERMIT);
        if (seen == s) {
          return true;
        }
      } else if (m == before) {
        return false;
      } else {
        seen = state;
      }
      before = m;
      s = seen;
    }
  }

  /**
   * First step of a wait: joins the queue. Must be followed by {@link #await}, or by {@link
   * #abandon}, also if it throws.
   *
   * <p>A fair waiter promises itself its permits before it can be seen, so that the owner never
   * grants a demand that the word does not count. It need not serve when nothing is free: a release
   * that comes later finds WAITERS set and the waiter in the inbox.
   */
  void join(Waiter w) {
    openLedger();
    if (fair) {
      promise(w, 0);
      w.status = Waiter.PROMISED;
    }
    Waiter first;
    do {
      first = inbox;
      w.next = first;
    } while (!INBOX.compareAndSet(this, first, w));
    if (isImpossible(w.permits)) {
      sweep = true; // whoever made it so may have swept before it could be seen
      serve();
    } else if (!fair || free(state, max) > 0) {
      serve();
    }
  }

  private Ledger openLedger() {
    Ledger l = ledger;
    if (l == null) {
      LEDGER.compareAndSet(this, null, new Ledger());
      l = ledger;
    }
    return l;
  }

  /**
   * Counts the waiter's demand as promised, before its status says so, and drops the flags given. A
   * demand too big for the field counts as one and makes it OVERFULL, which bars every arrival
   * until all promises are kept or withdrawn.
   */
  private void promise(Waiter w, int dropped) {
    for (; ; ) {
      long s = state;
      int room = MAX_PROMISED - promised(s);
      if (room == 0) {
        getAndAddState(-dropped);
        throw new IllegalStateException("too many waiters");
      }
      boolean fits = w.permits <= room >> 1;
      int c = fits ? w.permits : 1;
      long flags = fits ? WAITERS : WAITERS | 0xFFFF_FFFFL & OVERFULL;
      if (casState(s, ((s + (long) c * PROMISE) & ~dropped) | flags)) {
        w.promise = c;
        return;
      }
    }
  }

  /**
   * Waits for n permits; {@code nanos} counts if {@code timed}. False if it timed out, or if timed
   * and refused; else throws if refused. If the grant wins against an interrupt, the interrupt
   * stays pending.
   */
  boolean acquire(int n, boolean interruptible, boolean timed, long nanos, Object blocker)
      throws InterruptedException {
    if (isImpossible(n)) {
      if (timed) {
        return false;
      }
      throw unavailable(n, blocker);
    }
    return await(null, n, interruptible, timed, nanos, blocker);
  }

  /**
   * The wait, of one that has joined or (w == null) will when it is time to.
   *
   * <pre>
   * repeat
   *   granted                        : return
   *   not queued, or called          : try to take the permits; return
   *   refused                        : return false, or throw
   *   interrupted, or out of time    : leave, unless the grant or the refusal has won
   *   called in vain, at head too long: take a promise
   *   yields left                    : yield
   *   not queued                     : join
   *   called in vain                 : give the wake token back, unless permits have come
   *   otherwise                      : park
   * </pre>
   */
  boolean await(Waiter w, int n, boolean interruptible, boolean timed, long nanos, Object blocker)
      throws InterruptedException {
    boolean mayLeave = true; // until a departure has lost to the grant
    boolean interrupted = false;
    boolean acquired = false;
    boolean parked = false;
    long start = 0L;
    Object event = null;
    String outcome = "failed";
    try {
      probeStack(PROBE);
      long deadline = timed ? System.nanoTime() + nanos : 0L;
      int grace = isVirtual(Thread.currentThread()) ? 0 : YIELDS;
      int yields = grace;
      while (!acquired) {
        boolean competing = w == null ? barging : w.status == Waiter.WOKEN;
        long left = 0L;
        if (w != null && w.status == Waiter.GRANTED) {
          acquired = true;
        } else if (competing && tryAcquire(n)) {
          acquired = true;
          if (w != null) {
            leave(w, Waiter.GONE); // nobody grants to a waiter without a promise
          }
        } else if (w != null && w.status == Waiter.REFUSED) {
          outcome = "unavailable";
          if (timed) {
            return false;
          }
          throw unavailable(n, blocker);
        } else if (Thread.interrupted()) {
          if (interruptible && mayLeave && (w == null || leave(w, Waiter.CANCELLED))) {
            outcome = "interrupted";
            throw new InterruptedException();
          }
          interrupted = true;
          mayLeave &= !interruptible;
        } else if (timed && mayLeave && (left = deadline - System.nanoTime()) <= 0L) {
          if (w == null || leave(w, Waiter.TIMED_OUT)) {
            outcome = "timed out";
            return false;
          }
          mayLeave = false;
        } else if (competing && w != null && isOld(w)) {
          if (w.casStatus(
              Waiter.WOKEN, Waiter.ASKING)) { // not WAITING: an owner would call it again
            promise(w, WOKEN);
            w.status = Waiter.PROMISED;
            if (isImpossible(n)) {
              sweep = true; // whoever made it so may have passed over it
            }
            serve();
          }
        } else if (yields > 0 && (w != null || barging)) {
          yields--;
          Thread.yield();
        } else if (w == null) {
          event = RECORDER.beginWait();
          w = new Waiter(Thread.currentThread(), n);
          join(w);
        } else if (!competing || doze(w)) {
          if (!parked) {
            parked = true;
            start = System.nanoTime();
          }
          park(w, left, blocker);
          yields = grace;
        }
      }
      outcome = "granted";
      return true;
    } catch (RuntimeException | Error e) {
      try {
        if (w != null) {
          abandon(w);
        }
      } finally {
        if (acquired) {
          restore(n);
        }
      }
      throw e;
    } finally {
      if (parked) {
        noteWait(start);
      }
      if (event != null) {
        RECORDER.endWait(event, name, n, listed(), outcome);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How many are in the list, at about now. */
  int listed() {
    Ledger l = ledger;
    return l == null ? 0 : l.listed;
  }

  /** Notes how long a request has waited since the start. */
  void noteWait(long start) {
    Ledger l = ledger;
    long waited = System.nanoTime() - start;
    for (long most = l.longest; waited > most; most = l.longest) {
      LONGEST.compareAndSet(l, most, waited);
    }
  }

  /** What a request is told that can never be met. */
  PermitsUnavailableException unavailable(int n, Object asked) {
    return new PermitsUnavailableException(
        asked
            + (isShutdown()
                ? ": shut down, " + n + " permits asked for"
                : ": " + n + " permits asked for, above the maximum"));
  }

  private static void park(Waiter w, long nanos, Object blocker) {
    w.parked = true;
    int status = w.status;
    if (status == Waiter.GRANTING || (status < Waiter.GRANTED && status != Waiter.WOKEN)) {
      if (nanos != 0L && nanos <= TIMER_SLACK) {
        Thread.yield();
      } else if (w.thread instanceof ForkJoinWorkerThread) {
        parkWorker(nanos, blocker);
      } else {
        park(nanos, blocker);
      }
    }
    w.parked = false;
  }

  private static void park(long nanos, Object blocker) {
    if (nanos == 0L) {
      LockSupport.park(blocker);
    } else {
      LockSupport.parkNanos(blocker, nanos);
    }
  }

  /**
   * Lets the pool run another worker meanwhile: the permits may be held by a task that it queues.
   */
  private static void parkWorker(long nanos, Object blocker) {
    try {
      ForkJoinPool.managedBlock(
          new ForkJoinPool.ManagedBlocker() {
            @Override
            public boolean block() {
              park(nanos, blocker);
              return true;
            }

            @Override
            public boolean isReleasable() {
              return false;
            }
          });
    } catch (InterruptedException | RejectedExecutionException full) {
      park(nanos, blocker);
    }
  }

  /**
   * Gives the wake token back, unless there are permits to compete for. WAITING comes first: an
   * owner that finds the bit free must be able to call this waiter.
   */
  private boolean doze(Waiter w) {
    if (!w.casStatus(Waiter.WOKEN, Waiter.WAITING)) {
      return true; // whoever refused it, or failed to wake it, has given the token back
    }
    for (; ; ) {
      long m = max;
      long s = state;
      if (isSpare(s, m, w.permits) && w.casStatus(Waiter.WAITING, Waiter.WOKEN)) {
        return false;
      }
      if (casState(s, s & ~WOKEN)) {
        if (max != m || w.status == Waiter.REFUSED) {
          serve(); // whoever raised the maximum, or released meanwhile, has found the token taken
        }
        return true;
      }
    }
  }

  /**
   * Leaves the queue with the given status, and with the demand withdrawn before it returns. False
   * if the grant or the refusal has won, or if it has left before.
   */
  boolean leave(Waiter w, int how) {
    if (!end(w, how)) {
      return false;
    }
    Waiter first;
    do {
      first = leavers;
      w.nextLeaver = first;
    } while (!LEAVERS.compareAndSet(this, first, w));
    serve();
    return true;
  }

  /** Ends a wait, and withdraws its demand; false if it is being granted, or has ended. */
  private boolean end(Waiter w, int how) {
    int status;
    do {
      status = w.status;
      if (status >= Waiter.GRANTING || (status == Waiter.ASKING && how == Waiter.REFUSED)) {
        return false; // one that asks will look for itself whether it can be met
      }
    } while (!w.casStatus(status, how));
    if (status == Waiter.PROMISED) {
      withdraw(w);
    } else if (status == Waiter.WOKEN) {
      getAndAddState(-WOKEN);
    }
    return true;
  }

  private void withdraw(Waiter w) {
    getAndAddState(-(long) w.promise * PROMISE);
    for (long s = state; (int) s < 0 && promised(s) == 0; s = state) {
      casState(s, s & ~(0xFFFF_FFFFL & OVERFULL));
    }
  }

  /**
   * Ends the wait of one that cannot go on waiting, and gives back what it may have been granted.
   */
  void abandon(Waiter w) {
    for (int status; (status = w.status) < Waiter.GONE; ) {
      if (status == Waiter.GRANTED) {
        restore(w.permits);
        return;
      }
      if (status == Waiter.GRANTING) {
        Thread.yield();
      } else {
        leave(w, Waiter.CANCELLED);
      }
    }
  }

  // Releasing

  /** The most permits that may be free. */
  int most() {
    int most = (int) max;
    return most == NO_MAX ? Integer.MAX_VALUE : most;
  }

  boolean isBounded() {
    return (int) max != NO_MAX;
  }

  /** Adds n permits. False, and nothing changed, if that would be above the maximum. */
  boolean release(int n) {
    int added = add(n);
    if (added == TO_SERVE) {
      serve();
    }
    return added != NOT_ADDED;
  }

  /** Adds n permits and says whether {@link #serve} must follow. If it throws, it has not added. */
  int add(int n) {
    if (head != null || inbox != null) { // a hint is enough: who serves needs some stack
      probeStack(PROBE);
    }
    long added = n * PERMIT;
    long s;
    if (!checked && n <= BLIND_LIMIT) {
      s = getAndAddState(added);
      if (s >= HUGE * PERMIT) {
        checked = true;
      }
    } else {
      boolean bounded = isBounded();
      int most = bounded ? 0 : Integer.MAX_VALUE; // of the count, whatever the maximum is
      s = bounded ? -added : state;
      for (long seen; ; s = seen) {
        if (count(s) + (long) n > most) {
          return NOT_ADDED;
        }
        if (!checked && count(s) + (long) n >= HUGE) {
          checked = true;
        }
        seen = (long) STATE.compareAndExchange(this, s, s + added);
        if (seen == s) {
          break;
        }
      }
    }
    return ((int) s & (WAITERS | WOKEN)) == WAITERS ? TO_SERVE : ADDED;
  }

  /**
   * First half of a release; looks at no limit. If it fails, for want of stack, it has changed
   * nothing; what it returns goes to {@link #wakeAfter}.
   */
  long addBlindly(int n) {
    return getAndAddState(n * PERMIT);
  }

  /**
   * Second half: wakes whom the permits are for. If it fails, the next to release does that; or it
   * can be called again, with WAITERS.
   */
  void wakeAfter(long added) {
    if (((int) added & (WAITERS | WOKEN)) == WAITERS) {
      probeStack(PROBE);
      serve();
    }
  }

  /** Gives back permits of a request that failed after it had them. */
  private void restore(int n) {
    giveBack(n);
    serve();
  }

  /** Puts permits back into the word, unless somebody else has, who did not hold them. */
  private void giveBack(int n) {
    long s;
    do {
      s = state;
    } while (count(s) + (long) n <= (isBounded() ? 0 : Integer.MAX_VALUE)
        && !casState(s, s + n * PERMIT));
  }

  /** Takes what is spare; or without a maximum cancels a debt, and returns it, negative. */
  int drain() {
    for (; ; ) {
      long m = max;
      long s = state;
      int free = free(s, m);
      int n =
          isSpare(s, m, 1)
              ? free - promised(s)
              : free < 0 && (int) m == NO_MAX && checked && ((int) s & SHUTDOWN) == 0 ? free : 0;
      if (n == 0 ? max == m : casState(s, s - n * PERMIT)) {
        return n;
      }
    }
  }

  /**
   * Takes n permits, free or not. False, and nothing changed, if the count would underflow, also by
   * a grant that has been decided on. There may be debt from now on, also if the owner is taking
   * out what this finds free.
   */
  boolean reduce(int n) {
    if (n != 0) {
      checked = true;
    }
    for (; ; ) {
      long s = state;
      if (count(s) - (long) promised(s) < Integer.MIN_VALUE + n) {
        return false;
      }
      if (casState(s, s - n * PERMIT)) {
        return true;
      }
    }
  }

  // Changing the maximum, shutting down

  /**
   * Sets the maximum, and returns the one before. Since the word counts from it, the free permits
   * move with it. Always serves, so that an owner that has judged by the one before looks again.
   */
  int setMax(int most) {
    probeStack(PROBE);
    long m;
    do {
      m = max;
    } while (!MAX.compareAndSet(this, m, (m >> 32) + 1 << 32 | most));
    if (most < (int) m) {
      sweep = true;
    }
    serve();
    return (int) m;
  }

  /** Refuses all requests from now on, and those that wait. False if that was so already. */
  boolean shutdown() {
    probeStack(PROBE);
    return close();
  }

  private boolean close() {
    for (; ; ) {
      long s = state;
      if (((int) s & SHUTDOWN) != 0 || casState(s, s | SHUTDOWN)) {
        sweep = true;
        serve();
        return ((int) s & SHUTDOWN) == 0;
      }
    }
  }

  boolean isShutdown() {
    return ((int) state & SHUTDOWN) != 0;
  }

  /**
   * Waits until all permits have come back. Those who wait for that wait at a semaphore of their
   * own, which the owner shuts down when it finds that so; then they look for themselves.
   */
  boolean awaitReturned(long nanos, Object blocker) throws InterruptedException {
    probeStack(PROBE);
    Ledger l = openLedger();
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; !isReturned(state); left = deadline - System.nanoTime()) {
      if (left <= 0L) {
        return false;
      }
      PermitSynchronizer gate = l.gate;
      if (gate == null || gate.isShutdown()) {
        if (gate != null) {
          gate.close(); // that has failed once
        }
        GATE.compareAndSet(l, gate, new PermitSynchronizer(0, true, NO_MAX, null));
      } else {
        serve(); // so that releases look at the queue, and the owner at the gate
        gate.acquire(1, true, true, left, blocker);
      }
    }
    return true;
  }

  /**
   * With a maximum: nobody holds a permit, nor is about to. A grant that was decided on before a
   * shutdown may still come after it, and takes its promise out together with its permits.
   */
  private static boolean isReturned(long s) {
    return count(s) == 0 && promised(s) == 0;
  }

  // The queue

  /**
   * Grants what can be granted, calls the head if it is to compete, and takes leavers out.
   *
   * <pre>
   * repeat until somebody else owns the queue, or nothing more can be granted
   *   repeat
   *     DIRTY                            : clear it
   *     sort arrivals and leavers
   *     sweep                            : take out who asks for what can never be had, refuse them
   *     all permits are back, a gate     : take the gate, to open it
   *     the head is a future, no promise : promise it its permits
   *     the head has a promise, enough is free : take its permits out of the word, then it is granted
   *     the head may compete             : take the wake token for it, call it
   *     otherwise                        : let go, if the word is still the one just judged;
   *                                        else look again, but let go first if somebody is to be told
   *   wake the granted, the refused and the called, open the gate
   * </pre>
   */
  void serve() {
    Throwable failure = null;
    boolean more = true;
    while (more && own()) {
      more = false;
      boolean owned = true;
      Waiter told = null; // a chain through next: the granted, or the refused
      Waiter last = null;
      Waiter called = null;
      PermitSynchronizer gate = null;
      boolean token = false; // the owner has it, and is about to give it to the head
      int count = 0;
      try {
        while (owned) {
          long s = state;
          boolean news = told != null || called != null || gate != null;
          boolean sweeping = sweep;
          if ((s & DIRTY) != 0 || sweeping) {
            if (news) {
              more = true;
              disown();
              owned = false;
              continue;
            }
            if ((s & DIRTY) != 0) {
              getAndAddState(-DIRTY);
              continue;
            }
            sweep = false; // before sorting: who arrives after that sees for itself
          }
          sort();
          if (sweeping) {
            told = refuse();
            if (told != null) {
              more = true;
              disown();
              owned = false;
              continue;
            }
          }
          long m = max;
          Ledger l = ledger;
          if (gate == null && l != null && l.gate != null && isReturned(s)) {
            gate = l.gate;
            l.gate = null;
            continue;
          }
          Waiter h = head;
          int status = h == null ? Waiter.GONE : h.status;
          if (status >= Waiter.GONE && h != null) {
            unlist(h);
            continue;
          }
          if (status == Waiter.WAITING && h.thread == null) {
            promise(h, 0);
            if (!h.casStatus(Waiter.WAITING, Waiter.PROMISED)) {
              withdraw(h);
            }
            continue;
          }
          if (status == Waiter.PROMISED && free(s, m) >= h.permits && ((int) s & SHUTDOWN) == 0) {
            if (count < BATCH) {
              if (grant(h)) {
                unlist(h);
                if (last == null) {
                  told = h;
                } else {
                  last.next = h;
                }
                last = h;
                count++;
                l.granted++;
                h.status = Waiter.GRANTED;
              }
              continue;
            }
            more = true;
          } else if (status == Waiter.WAITING
              && (s & WOKEN) == 0
              && (isSpare(s, m, h.permits) || isOld(h))) {
            token = casState(s, s | WOKEN);
            if (token) {
              if (h.headSince == 0) {
                h.headSince = clock() | 1;
              }
              if (h.casStatus(Waiter.WAITING, Waiter.WOKEN)) {
                called = h;
              } else {
                getAndAddState(-WOKEN);
              }
              token = false;
            }
            continue;
          }
          long t = s & ~OWNED;
          if (promised(s) == 0) {
            t &= ~(0xFFFF_FFFFL & OVERFULL);
          }
          if (h != null || (l != null && l.gate != null)) {
            t |= WAITERS;
          } else if (promised(s) == 0) {
            t &= ~WAITERS;
          }
          owned = !casState(s, t);
          if (owned && news) {
            more = true;
            disown();
            owned = false;
          }
        }
      } catch (Throwable e) {
        failure = e;
        if (token && called == null) {
          getAndAddState(-WOKEN);
        }
        if (owned) {
          sweep = true; // it may have begun
          disown();
        }
      }
      for (Waiter w = told; w != null; w = w.next) {
        if (w.thread != null) {
          failure = wake(w, failure);
        }
      }
      try {
        if (called != null) {
          called.wake();
        }
      } catch (Throwable e) {
        failure = failure == null ? e : failure;
        if (called.casStatus(Waiter.WOKEN, Waiter.WAITING)) {
          getAndAddState(-WOKEN); // so that the next release calls again
        }
      }
      for (Waiter w = told; w != null; ) { // after the threads: their executor may be slow
        Waiter next = w.next;
        w.next = null;
        if (w.thread == null) {
          failure = wake(w, failure);
          more = true;
        }
        w = next;
      }
      try {
        if (gate != null) {
          gate.close();
        }
      } catch (Throwable e) {
        failure = failure == null ? e : failure;
        GATE.compareAndSet(ledger, null, gate); // so that the next owner tries again
      }
    }
    if (failure != null) {
      rethrow(failure);
    }
  }

  /** Throws anything: an executor in a language without checked exceptions may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable failure) throws T {
    throw (T) failure;
  }

  private Throwable wake(Waiter w, Throwable failure) {
    try {
      if (!w.wake()) {
        giveBack(w.permits);
      }
      return failure;
    } catch (Throwable e) {
      return failure == null ? e : failure;
    }
  }

  /**
   * Takes the permits of the head out of the word. It may have taken its promise since the word was
   * judged, and an arrival its permits before that; so the word is read once more, now that the
   * promise has been seen. What is free then, no arrival can take.
   */
  private boolean grant(Waiter h) {
    long s = state;
    if (((int) s & SHUTDOWN) != 0
        || free(s, max) < h.permits
        || !h.casStatus(Waiter.PROMISED, Waiter.GRANTING)) {
      return false;
    }
    getAndAddState(-(h.permits * PERMIT + (long) h.promise * PROMISE));
    return true;
  }

  /** Takes those out of the list whose requests can never be met. */
  private Waiter refuse() {
    Waiter refused = null; // a chain through next
    for (Waiter w = head; w != null; ) {
      Waiter behind = w.next;
      if (isImpossible(w.permits) && end(w, Waiter.REFUSED)) {
        unlist(w);
        ledger.cancelled++;
        w.next = refused;
        refused = w;
      }
      w = behind;
    }
    return refused;
  }

  private boolean own() {
    for (; ; ) {
      long s = state;
      if ((s & OWNED) == 0) {
        if (casState(s, s | OWNED)) {
          return true;
        }
      } else if ((s & DIRTY) != 0 || casState(s, s | DIRTY)) {
        return false;
      }
    }
  }

  /** Lets go of the queue whatever the word is. */
  private void disown() {
    for (long s = state; !casState(s, (s & ~OWNED) | WAITERS); s = state) {
      Thread.onSpinWait();
    }
  }

  /**
   * Moves arrivals to the tail of the list, then takes leavers out. The leavers are fetched first:
   * one that left has arrived before, so it is listed by the time it is taken out.
   */
  private void sort() {
    Waiter l = leavers == null ? null : (Waiter) LEAVERS.getAndSet(this, null);
    if (inbox != null) {
      Waiter newest = (Waiter) INBOX.getAndSet(this, null);
      Waiter behind = null;
      for (Waiter w = newest; w != null; ) {
        Waiter before = w.next;
        ledger.listed++;
        w.listed = true;
        w.next = behind;
        w.prev = before;
        behind = w;
        w = before;
      }
      behind.prev = tail;
      if (tail == null) {
        head = behind;
      } else {
        tail.next = behind;
      }
      tail = newest;
    }
    while (l != null) {
      Waiter next = l.nextLeaver;
      l.nextLeaver = null;
      if (l.listed) {
        unlist(l);
      }
      if (ledger != null) { // null if it could not be opened: then nobody has queued
        if (l.status == Waiter.GONE) {
          ledger.granted++;
        } else if (l.status == Waiter.TIMED_OUT) {
          ledger.timedOut++;
        } else {
          ledger.cancelled++;
        }
      }
      l = next;
    }
  }

  private void unlist(Waiter w) {
    Waiter p = w.prev;
    Waiter n = w.next;
    if (p == null) {
      head = n;
    } else {
      p.next = n;
    }
    if (n == null) {
      tail = p;
    } else {
      n.prev = p;
    }
    w.prev = null;
    w.next = null;
    w.listed = false;
    ledger.listed--;
  }

  /** Whether the head has been at its place for long; starts its clock. */
  private static boolean isOld(Waiter h) {
    if (h.headSince == 0) {
      h.headSince = clock() | 1;
    }
    return Integer.compareUnsigned(clock() - h.headSince, PATIENCE) >= 0;
  }

  private static int clock() {
    return (int) (System.nanoTime() >>> 10);
  }

  private static boolean isVirtual(Thread thread) {
    try {
      return (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (Error e) {
      throw e; // the end of the stack
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Fails here, rather than between two steps, if the stack is nearly used up. Recursive, since a
   * frame may be compiled and small.
   */
  static int probeStack(int depth) {
    return depth == 0 ? 0 : probeStack(depth - 1) + 1;
  }

  // Conditions

  /**
   * The waiters of a condition: they ask for nothing until a signal lets them join the queue of the
   * permits. So a signal wakes nobody; the release of the permit does.
   *
   * <p>There is one permit, and whoever holds it is the only one to touch the list: to add itself,
   * to signal, to take itself out if it has left. A signal and a departure are compareAndSets of
   * one status. So one of them wins, and the signal knows at once: it passes over those who have
   * left, and if nobody is there it is over, so that nobody who comes later can have it.
   */
  final class ConditionQueue {
    private Waiter first;
    private Waiter last;

    /** Adds a waiter, if there is stack and memory enough for all that must follow. */
    void add(Waiter w) {
      probeStack(4 * PROBE);
      openLedger();
      w.status = Waiter.DORMANT;
      w.listed = true;
      w.prev = last;
      if (last == null) {
        first = w;
      } else {
        last.next = w;
      }
      last = w;
    }

    /** Takes a waiter out that has left, or has not begun to wait. */
    void remove(Waiter w) {
      if (w.listed) {
        if (w.prev == null) {
          first = w.next;
        } else {
          w.prev.next = w.next;
        }
        if (w.next == null) {
          last = w.prev;
        } else {
          w.next.prev = w.prev;
        }
        w.prev = null;
        w.next = null;
        w.listed = false;
      }
    }

    /** Lets the one that has waited longest ask for the permit. False if nobody waits. */
    boolean signal() {
      probeStack(PROBE);
      for (Waiter w = first; w != null; w = first) {
        remove(w);
        // A fair one must not be able to leave before join has counted its demand.
        if (w.casStatus(Waiter.DORMANT, fair ? Waiter.GRANTING : Waiter.WAITING)) {
          join(w);
          return true;
        }
      }
      return false;
    }

    /** Waits for a signal. False if the time was over before. */
    boolean await(Waiter w, boolean interruptible, boolean timed, long nanos, Object blocker)
        throws InterruptedException {
      boolean interrupted = false;
      try {
        long deadline = timed ? System.nanoTime() + nanos : 0L;
        while (w.status == Waiter.DORMANT) {
          long left = 0L;
          if (Thread.interrupted()) {
            if (interruptible && w.casStatus(Waiter.DORMANT, Waiter.CANCELLED)) {
              throw new InterruptedException();
            }
            interrupted = true;
          } else if (timed && (left = deadline - System.nanoTime()) <= 0L) {
            if (w.casStatus(Waiter.DORMANT, Waiter.TIMED_OUT)) {
              return false;
            }
          } else {
            park(w, left, blocker);
          }
        }
        return true;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /**
     * Acquires the permit for a waiter, however its wait has ended; {@code again} asks for it if
     * the waiter was not signalled. Does not return or throw without the permit.
     */
    void reacquire(Waiter w, Waiter again, Object blocker) throws InterruptedException {
      boolean left = w.casStatus(Waiter.DORMANT, Waiter.CANCELLED) || w.status >= Waiter.GONE;
      Throwable failure = null;
      for (boolean acquired = false; !acquired; ) {
        try {
          if (failure != null) {
            acquired = acquire(1, false, false, 0L, blocker);
          } else if (left) {
            enter(again);
            acquired = PermitSynchronizer.this.await(again, 1, false, false, 0L, blocker);
          } else {
            acquired = PermitSynchronizer.this.await(w, 1, false, false, 0L, blocker);
          }
        } catch (Throwable e) {
          failure = e;
        }
      }
      if (left) {
        remove(w);
      }
      if (failure != null) {
        rethrow(failure);
      }
    }

    private void enter(Waiter w) {
      try {
        join(w);
      } catch (Throwable e) {
        abandon(w);
        throw e;
      }
    }

    /** How many wait; counted by the holder of the permit. */
    int length() {
      int n = 0;
      for (Waiter w = first; w != null; w = w.next) {
        if (w.status == Waiter.DORMANT) {
          n++;
        }
      }
      return n;
    }
  }

  // Monitoring: estimates, read without owning the queue

  int available() {
    for (; ; ) {
      long m = max;
      int free = free(state, m);
      if (max == m) {
        return free < 0 && !checked ? 0 : free;
      }
    }
  }

  boolean hasQueuedThreads() {
    return isThreadWaiting(head) || isThreadWaiting(inbox);
  }

  private static boolean isThreadWaiting(Waiter first) {
    Waiter w = first;
    while (w != null && (w.thread == null || w.status >= Waiter.GRANTING)) {
      w = w.next;
    }
    return w != null;
  }

  /** With a maximum: how many permits are not free. */
  int held() {
    return -count(state);
  }

  /** How many requests seem to wait, threads and futures. */
  int queueLength() {
    return countWaiting(head) + countWaiting(inbox);
  }

  private static int countWaiting(Waiter first) {
    int n = 0;
    for (Waiter w = first; w != null; w = w.next) {
      if (w.status < Waiter.GRANTING) {
        n++;
      }
    }
    return n;
  }

  /** What is kept of those who waited; null if nobody did. */
  Ledger ledger() {
    return ledger;
  }

  /** The threads that seem to wait, oldest first. */
  List<Thread> queuedThreads() {
    List<Thread> threads = new ArrayList<>();
    for (Waiter w = head; w != null; w = w.next) {
      if (w.thread != null && w.status < Waiter.GRANTING) {
        threads.add(w.thread);
      }
    }
    int listed = threads.size();
    for (Waiter w = inbox; w != null; w = w.next) {
      if (w.thread != null && w.status < Waiter.GRANTING) {
        threads.add(listed, w.thread);
      }
    }
    return threads;
  }
}
