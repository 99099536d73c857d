/**
 * Patches that end where the next byte is hard to guess, as in the Byte Latent Transformer (Pagnoni
 * et al. 2024, arXiv 2412.09871), with a table of n-gram entropies for the small model that
 * guesses. {@link dev.stlm.tokenizer.entropy.EntropyTable} is trained and stored, {@link
 * dev.stlm.tokenizer.entropy.EntropyThreshold} finds the threshold for a wanted patch length,
 * {@link dev.stlm.tokenizer.entropy.EntropyPatcher} uses both.
 */
@NullMarked
package dev.stlm.tokenizer.entropy;

import org.jspecify.annotations.NullMarked;
