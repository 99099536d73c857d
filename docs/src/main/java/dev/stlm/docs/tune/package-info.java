/**
 * The code of the guide on fine-tuning: {@link dev.stlm.docs.tune.Reviews} asks a tuned model from
 * Java, {@link dev.stlm.docs.tune.Plurals} is a task of one's own.
 */
@NullMarked
package dev.stlm.docs.tune;

import org.jspecify.annotations.NullMarked;
