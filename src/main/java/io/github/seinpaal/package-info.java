/**
 * Concurrency primitives built on one counting semaphore.
 *
 * <p>{@link io.github.seinpaal.CountingSemaphore} is the public face of the package-private engine,
 * the only class that parks threads. {@link io.github.seinpaal.Mutex}, {@link
 * io.github.seinpaal.Multiplex}, {@link io.github.seinpaal.Barrier}, {@link
 * io.github.seinpaal.ReusableBarrier} and {@link io.github.seinpaal.BoundedQueue} are layered on
 * it.
 */
package io.github.seinpaal;
