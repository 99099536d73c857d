/**
 * GPT-2's byte-pair encoding: as a {@link dev.stlm.tokenizer.gpt2.Gpt2Tokenizer} for subword
 * models, and as a {@link dev.stlm.tokenizer.gpt2.BpePatcher} that ends patches where its tokens
 * end. The vocabulary comes from jtokkit and is loaded when it is first needed.
 */
@NullMarked
package dev.stlm.tokenizer.gpt2;

import org.jspecify.annotations.NullMarked;
