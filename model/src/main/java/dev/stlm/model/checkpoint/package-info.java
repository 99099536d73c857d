/**
 * A model on disk and in memory: a directory with {@code config.json}, {@code model.safetensors},
 * {@code tokenizer.json} and {@code history.json}.
 *
 * <p>{@link dev.stlm.model.checkpoint.Checkpoint} is the whole; {@link
 * dev.stlm.model.checkpoint.Tensor} the closed set of encodings of one parameter. Formats are
 * checked before memory is allocated; directories are written beside their place and renamed.
 */
@NullMarked
package dev.stlm.model.checkpoint;

import org.jspecify.annotations.NullMarked;
