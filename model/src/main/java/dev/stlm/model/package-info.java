/**
 * A language model as its users see it: {@link dev.stlm.model.LanguageModel} and {@link
 * dev.stlm.model.Session}.
 *
 * <p>{@code config} says what a model is and lays out its parameters, {@code checkpoint} stores it,
 * {@code runtime} computes it on the CPU, {@code generate} turns logits into text, {@code score}
 * into likelihoods. Runtimes are found by name through {@link dev.stlm.model.RuntimeProvider}.
 */
@NullMarked
package dev.stlm.model;

import org.jspecify.annotations.NullMarked;
