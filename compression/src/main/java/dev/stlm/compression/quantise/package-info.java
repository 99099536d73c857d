/**
 * Steps that store weights in fewer bits.
 *
 * <p>{@link dev.stlm.compression.quantise.Int8Quantisation} gives 8-bit integers with a scale a
 * group, {@link dev.stlm.compression.quantise.Int4Quantisation} 4-bit ones, {@link
 * dev.stlm.compression.quantise.Bf16Cast} halves floats. Gains of norms stay 32-bit floats: they
 * are few and matter.
 */
@NullMarked
package dev.stlm.compression.quantise;

import org.jspecify.annotations.NullMarked;
