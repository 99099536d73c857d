/**
 * How likely a model finds texts: bits per byte of a text, log-likelihoods of continuations.
 *
 * <p>Log-probabilities are computed in double precision from the model's logits, with the largest
 * logit subtracted first. Many requests go through the model together, and what several begin with
 * is read once; a result does not depend on what it was computed together with.
 */
@NullMarked
package dev.stlm.model.score;

import org.jspecify.annotations.NullMarked;
