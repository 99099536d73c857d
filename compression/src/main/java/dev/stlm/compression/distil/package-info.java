/**
 * Steps that train: a smaller model learns what a larger one says.
 *
 * <p>{@link dev.stlm.compression.distil.LogitDistillation} checks student, teacher and text and
 * asks the {@link dev.stlm.compression.Trainer} port for the rest, so this module needs no training
 * framework.
 */
@NullMarked
package dev.stlm.compression.distil;

import org.jspecify.annotations.NullMarked;
