/**
 * The same model here and in llama.cpp, in turns: first whether both compute the same, then how
 * fast.
 *
 * <p>{@link dev.stlm.bench.llamacpp.Contest} runs it; {@code LlamaCpp} is the other program, a
 * child process that stays warm; {@code SharedWeights} rounds a model so that both have the same
 * weights to the bit.
 */
@NullMarked
package dev.stlm.bench.llamacpp;

import org.jspecify.annotations.NullMarked;
