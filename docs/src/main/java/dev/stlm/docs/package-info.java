/**
 * Examples that the guides show, compiled and tested.
 *
 * <p>The packages below hold one example each; regions between {@code @start} and {@code @end} are
 * quoted in the guides, and a test keeps both equal.
 */
@NullMarked
package dev.stlm.docs;

import org.jspecify.annotations.NullMarked;
