/**
 * How a recipe runner keeps the results of finished steps.
 *
 * <p>Other modules must not use this package. {@link dev.stlm.compression.internal.StepFingerprint}
 * says when two steps give the same result; {@link dev.stlm.compression.internal.StepStore} keeps
 * results under it.
 */
@NullMarked
package dev.stlm.compression.internal;

import org.jspecify.annotations.NullMarked;
