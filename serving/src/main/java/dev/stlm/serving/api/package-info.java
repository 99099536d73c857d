/**
 * The HTTP surface: OpenAI's completions, chat completions, embeddings and models, labels and
 * scores of texts, and the tokenizer.
 *
 * <p>Requests are read by hand from JSON trees, so that every refusal names its field and no
 * reflection is needed; routes are Vert.x handlers on the event loop, which write each client's
 * stream no faster than the client reads it.
 */
@NullMarked
package dev.stlm.serving.api;

import org.jspecify.annotations.NullMarked;
