/**
 * The tasks that ship, and how their examples become batches.
 *
 * <p>An example is one sequence: nothing is packed beside it that it could see.
 */
@NullMarked
package dev.stlm.training.internal.finetune;

import org.jspecify.annotations.NullMarked;
