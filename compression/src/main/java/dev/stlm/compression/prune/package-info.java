/**
 * Steps that set weights to zero.
 *
 * <p>{@link dev.stlm.compression.prune.MagnitudePruning} removes the weights nearest to zero; what
 * it zeroes is exact in number and does not depend on the order of threads or on ties. A parameter
 * is stored sparse where that takes fewer bytes.
 */
@NullMarked
package dev.stlm.compression.prune;

import org.jspecify.annotations.NullMarked;
