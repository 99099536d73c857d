/**
 * From logits to text: sampling, stop strings, and streaming that never cuts a character.
 *
 * <p>{@link dev.stlm.model.generate.Generator} writes one text with one session, reading ahead what
 * the model drafts. {@link dev.stlm.model.generate.Continuation} is what it does to the logits of
 * one text, without the model, for engines that run many texts together.
 */
@NullMarked
package dev.stlm.model.generate;

import org.jspecify.annotations.NullMarked;
