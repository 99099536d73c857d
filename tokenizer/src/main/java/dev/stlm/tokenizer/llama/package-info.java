/**
 * The tokenizer of Llama and its relatives (TinyLlama, Phi-3-mini, MobiLlama): byte-pair encoding
 * over characters, with the bytes themselves as the last resort.
 *
 * <p>{@link dev.stlm.tokenizer.llama.LlamaTokenizer} is the tokenizer, {@link
 * dev.stlm.tokenizer.llama.LlamaVocabulary} what it was trained to. Where such files come from is
 * for others to know.
 */
@NullMarked
package dev.stlm.tokenizer.llama;

import org.jspecify.annotations.NullMarked;
