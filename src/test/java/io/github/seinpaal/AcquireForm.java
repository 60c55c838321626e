package io.github.seinpaal;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Every way to ask for permits. Forms without a count ask for one, forms without a time limit
 * ignore it.
 */
enum AcquireForm {
  ACQUIRE("acquire()", 0) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      s.acquire();
      return true;
    }
  },
  ACQUIRE_N("acquire(n)", AcquireForm.COUNTED) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      s.acquire(permits);
      return true;
    }
  },
  UNINTERRUPTIBLY("acquireUninterruptibly()", AcquireForm.DEAF) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      s.acquireUninterruptibly();
      return true;
    }
  },
  UNINTERRUPTIBLY_N("acquireUninterruptibly(n)", AcquireForm.COUNTED | AcquireForm.DEAF) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      s.acquireUninterruptibly(permits);
      return true;
    }
  },
  TIMED("tryAcquire(time, unit)", AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquire(timeout, unit);
    }
  },
  TIMED_N(
      "tryAcquire(n, time, unit)", AcquireForm.COUNTED | AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquire(permits, timeout, unit);
    }
  },
  DURATION("tryAcquire(Duration)", AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquire(Duration.of(timeout, unit.toChronoUnit()));
    }
  },
  DURATION_N(
      "tryAcquire(n, Duration)", AcquireForm.COUNTED | AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquire(permits, Duration.of(timeout, unit.toChronoUnit()));
    }
  },
  AT_ONCE("tryAcquire()", AcquireForm.TRIES | AcquireForm.DEAF | AcquireForm.IMPATIENT) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.tryAcquire();
    }
  },
  AT_ONCE_N(
      "tryAcquire(n)",
      AcquireForm.COUNTED | AcquireForm.TRIES | AcquireForm.DEAF | AcquireForm.IMPATIENT) {
    @Override
    boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.tryAcquire(permits);
    }
  },
  PERMIT("acquirePermit()", AcquireForm.GUARDED) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.acquirePermit();
    }
  },
  PERMIT_N("acquirePermit(n)", AcquireForm.GUARDED | AcquireForm.COUNTED) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.acquirePermit(permits);
    }
  },
  PERMIT_UNINTERRUPTIBLY("acquirePermitUninterruptibly()", AcquireForm.GUARDED | AcquireForm.DEAF) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.acquirePermitUninterruptibly();
    }
  },
  PERMIT_UNINTERRUPTIBLY_N(
      "acquirePermitUninterruptibly(n)",
      AcquireForm.GUARDED | AcquireForm.COUNTED | AcquireForm.DEAF) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.acquirePermitUninterruptibly(permits);
    }
  },
  PERMIT_DURATION(
      "tryAcquirePermit(Duration)", AcquireForm.GUARDED | AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquirePermit(Duration.of(timeout, unit.toChronoUnit()));
    }
  },
  PERMIT_DURATION_N(
      "tryAcquirePermit(n, Duration)",
      AcquireForm.GUARDED | AcquireForm.COUNTED | AcquireForm.TRIES | AcquireForm.LIMITED) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
        throws InterruptedException {
      return s.tryAcquirePermit(permits, Duration.of(timeout, unit.toChronoUnit()));
    }
  },
  PERMIT_AT_ONCE(
      "tryAcquirePermit()",
      AcquireForm.GUARDED | AcquireForm.TRIES | AcquireForm.DEAF | AcquireForm.IMPATIENT) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.tryAcquirePermit();
    }
  },
  PERMIT_AT_ONCE_N(
      "tryAcquirePermit(n)",
      AcquireForm.GUARDED
          | AcquireForm.COUNTED
          | AcquireForm.TRIES
          | AcquireForm.DEAF
          | AcquireForm.IMPATIENT) {
    @Override
    Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit) {
      return s.tryAcquirePermit(permits);
    }
  };

  /** The form takes a number of permits. */
  private static final int COUNTED = 1;

  /** The form answers false where others throw or wait for ever. */
  private static final int TRIES = 2;

  /** The form takes a time limit. */
  private static final int LIMITED = 4;

  /** The form pays no heed to interrupts. */
  private static final int DEAF = 8;

  /** The form never waits. */
  private static final int IMPATIENT = 16;

  /** The form gives a guard, or null where others answer false. */
  private static final int GUARDED = 32;

  private final String signature;
  private final int traits;

  AcquireForm(String signature, int traits) {
    this.signature = signature;
    this.traits = traits;
  }

  /** Asks for permits in this form; true if they were granted. A guard is left open. */
  boolean call(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
      throws InterruptedException {
    return permit(s, permits, timeout, unit) != null;
  }

  /** Asks for a guard in this form. */
  Permit permit(CountingSemaphore s, int permits, long timeout, TimeUnit unit)
      throws InterruptedException {
    throw new UnsupportedOperationException(this + " gives no guard");
  }

  /** Asks for a guard in this form, with a time limit that no test reaches. */
  Permit permit(CountingSemaphore s, int permits) throws InterruptedException {
    return permit(s, permits, 10, MINUTES);
  }

  /** Asks for permits in this form, with a time limit that no test reaches. */
  boolean call(CountingSemaphore s, int permits) throws InterruptedException {
    return call(s, permits, 10, MINUTES);
  }

  /** The given number if the form can ask for it, otherwise one. */
  int size(int wanted) {
    return counted() ? wanted : 1;
  }

  boolean counted() {
    return (traits & COUNTED) != 0;
  }

  boolean tries() {
    return (traits & TRIES) != 0;
  }

  boolean timed() {
    return (traits & LIMITED) != 0;
  }

  boolean interruptible() {
    return (traits & DEAF) == 0;
  }

  boolean waits() {
    return (traits & IMPATIENT) == 0;
  }

  boolean guarded() {
    return (traits & GUARDED) != 0;
  }

  static List<AcquireForm> all() {
    return Arrays.asList(values());
  }

  @Override
  public String toString() {
    return signature;
  }
}
