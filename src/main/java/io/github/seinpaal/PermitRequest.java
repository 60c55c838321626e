package io.github.seinpaal;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A request whose waiter is a future instead of a thread.
 *
 * <p>The grant reaches {@link #wake} outside of any ownership of the queue, in the thread that
 * released, say; the future is completed in the executor. Whoever completes or cancels it first
 * makes the request leave the queue. If that is too late, the grant finds the future done and the
 * permits go back.
 */
final class PermitRequest extends PermitSynchronizer.Waiter implements Runnable {
  private static final int SETTLED = REFUSED + 1; // the grant has been delivered, or given back

  final CompletableFuture<Permit> future = new Future();
  private final CountingSemaphore semaphore;
  private final PermitSynchronizer sync;
  private final Executor executor;
  private final Thread requester; // or null if holders are not tracked
  private final Object event; // of the flight recorder, or null
  private final long start; // of the wait, or 0 if there was none

  PermitRequest(
      CountingSemaphore semaphore,
      PermitSynchronizer sync,
      Executor executor,
      int permits,
      Thread requester,
      boolean waits) {
    super(null, permits);
    this.semaphore = semaphore;
    this.sync = sync;
    this.executor = executor == null ? future.defaultExecutor() : executor;
    this.requester = requester;
    this.event = waits ? Recorder.INSTANCE.beginWait() : null;
    this.start = waits ? System.nanoTime() : 0L;
  }

  /**
   * Leaves the queue before it is done, so that no stage that depends on it meets its demand. A
   * stage of its own could not see to that: those added last run first.
   *
   * <p>A stage that is added when it is done runs in the executor as well, if that one accepts it.
   * On the spot, a chain of stages each of which asks again would grow the stack, for as long as
   * another worker completes every request before its stage is added.
   */
  private final class Future extends CompletableFuture<Permit> {
    @Override
    public boolean complete(Permit permit) {
      boolean first;
      try {
        leave();
      } finally {
        first = super.complete(permit);
      }
      return first;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
      boolean first;
      try {
        leave();
      } finally {
        first = super.completeExceptionally(failure);
      }
      return first;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean first;
      try {
        leave();
      } finally {
        first = super.cancel(mayInterruptIfRunning);
      }
      return first;
    }

    @Override
    public CompletableFuture<Permit> completeAsync(
        Supplier<? extends Permit> supplier, Executor executor) {
      Objects.requireNonNull(supplier, "supplier");
      executor.execute(
          () -> {
            try {
              if (!isDone()) {
                complete(supplier.get());
              }
            } catch (Throwable e) {
              completeExceptionally(e);
            }
          });
      return this;
    }

    @Override
    public void obtrudeValue(Permit permit) {
      leave();
      super.obtrudeValue(permit);
    }

    @Override
    public void obtrudeException(Throwable failure) {
      leave();
      super.obtrudeException(failure);
    }

    @Override
    public <U> CompletableFuture<U> thenApply(Function<? super Permit, ? extends U> fn) {
      return isDone() ? thenApplyAsync(fn, PermitRequest.this::runStage) : super.thenApply(fn);
    }

    @Override
    public CompletableFuture<Void> thenAccept(Consumer<? super Permit> action) {
      return isDone()
          ? thenAcceptAsync(action, PermitRequest.this::runStage)
          : super.thenAccept(action);
    }

    @Override
    public CompletableFuture<Void> thenRun(Runnable action) {
      return isDone() ? thenRunAsync(action, PermitRequest.this::runStage) : super.thenRun(action);
    }

    @Override
    public <U> CompletableFuture<U> thenCompose(
        Function<? super Permit, ? extends CompletionStage<U>> fn) {
      return isDone() ? thenComposeAsync(fn, PermitRequest.this::runStage) : super.thenCompose(fn);
    }

    @Override
    public CompletableFuture<Permit> whenComplete(
        BiConsumer<? super Permit, ? super Throwable> action) {
      return isDone()
          ? whenCompleteAsync(action, PermitRequest.this::runStage)
          : super.whenComplete(action);
    }

    @Override
    public <U> CompletableFuture<U> handle(BiFunction<? super Permit, Throwable, ? extends U> fn) {
      return isDone() ? handleAsync(fn, PermitRequest.this::runStage) : super.handle(fn);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }

  /** Runs a stage that came late in the executor, or if that one rejects, here: never nowhere. */
  private void runStage(Runnable stage) {
    try {
      executor.execute(stage);
    } catch (RuntimeException | Error e) {
      stage.run();
    }
  }

  /** Joins the queue. */
  @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on the stage that leaves
  void await() {
    try {
      sync.join(this);
    } catch (RuntimeException | Error e) {
      if (sync.leave(this, CANCELLED)) {
        throw e;
      } // else it has its grant, and something else has failed
    }
  }

  /** Leaves the queue, if it waits, since the future is or will be done. */
  private void leave() {
    if (status >= GRANTING) {
      return;
    }
    PermitSynchronizer.probeStack(PermitSynchronizer.PROBE);
    if (sync.leave(this, CANCELLED)) {
      end("cancelled");
    }
  }

  @Override
  boolean wake() {
    boolean granted = status == GRANTED;
    end(granted ? "granted" : "unavailable");
    if (granted && future.isDone()) {
      return !casStatus(GRANTED, SETTLED);
    }
    try {
      executor.execute(this);
      return true;
    } catch (Throwable e) {
      boolean giveBack = casStatus(GRANTED, SETTLED); // no, if it was run all the same
      if (giveBack || !granted) {
        fail(e);
      }
      return !giveBack;
    }
  }

  private void end(String outcome) {
    if (start != 0L) {
      sync.noteWait(start);
    }
    if (event != null) {
      Recorder.INSTANCE.endWait(event, sync.name, permits, sync.listed(), outcome);
    }
  }

  /**
   * Fails the future, whose executor has failed: in the default one, so that no code of the user
   * runs here, as long as that one works.
   */
  private void fail(Throwable e) {
    try {
      future.defaultExecutor().execute(() -> future.completeExceptionally(e));
    } catch (Throwable again) {
      try {
        future.completeExceptionally(e);
      } catch (Throwable last) {
        e.addSuppressed(last); // the permits matter more
      }
    }
  }

  /** Completes the future, in the executor. */
  @Override
  public void run() {
    Permit permit;
    try {
      if (status == REFUSED) {
        throw sync.unavailable(permits, semaphore);
      }
      PermitSynchronizer.probeStack(PermitSynchronizer.PROBE);
      if (!casStatus(GRANTED, SETTLED)) {
        return;
      }
      permit = semaphore.guard(permits, requester);
    } catch (RuntimeException | Error e) {
      if (casStatus(GRANTED, SETTLED)) {
        sync.release(permits);
      }
      future.completeExceptionally(e);
      return;
    }
    boolean delivered = false;
    try {
      delivered = future.complete(permit);
    } finally {
      if (!delivered && !isResult(permit)) {
        permit.close();
      }
    }
  }

  private boolean isResult(Permit permit) {
    return future.isDone() && !future.isCompletedExceptionally() && future.join() == permit;
  }
}
