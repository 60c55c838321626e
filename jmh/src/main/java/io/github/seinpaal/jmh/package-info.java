/**
 * Benchmarks of the library against {@code java.util.concurrent} and against the bare atomic
 * operations that bound them, with the commands that run them and read their results.
 */
package io.github.seinpaal.jmh;
