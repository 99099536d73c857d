/**
 * Text as ids, cut into windows in an order that follows from a seed and a counter alone.
 *
 * <p>Nothing here remembers a position: the n-th window is a function of seed and n, so a resumed
 * run needs no more than the number of its step.
 */
@NullMarked
package dev.stlm.training.internal.data;

import org.jspecify.annotations.NullMarked;
