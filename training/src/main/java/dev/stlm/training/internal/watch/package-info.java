/**
 * The live page of a run, on this machine alone.
 *
 * <p>The page follows the run's {@code metrics.jsonl}, which is all that it knows: so it survives a
 * reload, and shows a run of another process or one that has ended as well.
 */
@NullMarked
package dev.stlm.training.internal.watch;

import org.jspecify.annotations.NullMarked;
