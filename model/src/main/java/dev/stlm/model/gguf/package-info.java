/**
 * Models as GGUF files, the format of llama.cpp: written, never read.
 *
 * <p>{@link dev.stlm.model.gguf.GgufExport} turns a checkpoint into a file. {@code GgufWriter}
 * knows the format and nothing of models, {@code RowEncoding} the bytes of a row of weights; {@code
 * LlamaArchitecture} and {@code LlamaTensors} know what llama.cpp computes and what it calls
 * things. A model that llama.cpp would compute in another way is refused by name.
 */
@NullMarked
package dev.stlm.model.gguf;

import org.jspecify.annotations.NullMarked;
