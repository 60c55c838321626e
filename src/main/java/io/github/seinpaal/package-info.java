/**
 * Concurrency primitives built on one counting semaphore.
 *
 * <p>{@link io.github.seinpaal.CountingSemaphore} is the public face of the package-private engine,
 * the only class that parks threads.
 */
package io.github.seinpaal;
