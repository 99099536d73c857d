/**
 * Asking a model and keeping what it answered.
 *
 * <p>An {@link dev.stlm.bench.eval.EvalModel} answers text requests; {@link
 * dev.stlm.bench.eval.LocalModel} is one over a loaded model. An {@link
 * dev.stlm.bench.eval.Evaluation} asks what has not been answered yet and writes a summary.
 */
@NullMarked
package dev.stlm.bench.eval;

import org.jspecify.annotations.NullMarked;
