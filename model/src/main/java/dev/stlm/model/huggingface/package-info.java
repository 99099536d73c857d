/**
 * Checkpoints of other people's models as they lie on Hugging Face: Llama (TinyLlama), Phi-3-mini
 * and MobiLlama, with their tokenizers.
 *
 * <p>{@link dev.stlm.model.huggingface.HuggingFaceCheckpoint} opens a directory as a {@link
 * dev.stlm.model.checkpoint.Checkpoint} whose tensors are views of the mapped files, so that
 * everything that takes a checkpoint takes these. What a file says and this package does not
 * understand is refused by name, never skipped.
 */
@NullMarked
package dev.stlm.model.huggingface;

import org.jspecify.annotations.NullMarked;
