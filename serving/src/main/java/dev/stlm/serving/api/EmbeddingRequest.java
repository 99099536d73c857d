package dev.stlm.serving.api;

import dev.stlm.serving.engine.Prompt;
import java.util.List;

/**
 * Texts to embed.
 *
 * @param texts the ids of each
 * @param base64 whether vectors are sent as base64 of little-endian 32-bit floats
 */
record EmbeddingRequest(List<Prompt> texts, boolean base64) {
  EmbeddingRequest {
    texts = List.copyOf(texts);
  }
}
