/**
 * The runtime {@code djl}: models computed by PyTorch.
 *
 * <p>It keeps no cache of keys and values and computes the whole context anew for every append:
 * meant to check other runtimes and to score on a GPU, not to generate.
 */
@NullMarked
package dev.stlm.training.runtime;

import org.jspecify.annotations.NullMarked;
