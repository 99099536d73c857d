/**
 * Bytes to ids and back without loss, and where patches of bytes start and end.
 *
 * <p>A {@link dev.stlm.tokenizer.Tokenizer} turns any byte string into ids and back; a {@link
 * dev.stlm.tokenizer.Patcher} groups bytes into patches, never looking ahead. Own ones are added by
 * {@link dev.stlm.tokenizer.TokenizerProvider} and {@link dev.stlm.tokenizer.PatcherProvider} and
 * found by type through {@link dev.stlm.tokenizer.Tokenizers} and {@link
 * dev.stlm.tokenizer.Patchers}. Nothing here depends on a model.
 */
@NullMarked
package dev.stlm.tokenizer;

import org.jspecify.annotations.NullMarked;
