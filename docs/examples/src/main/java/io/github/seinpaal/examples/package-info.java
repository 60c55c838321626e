/** Programs that do a real job with the library, small enough to be read in one sitting. */
package io.github.seinpaal.examples;
