package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a request cost, in tokens; for a byte tokenizer these are bytes.
 *
 * @param promptTokens ids of all prompts
 * @param completionTokens generated ids of all choices, those that ended a text included
 */
record Usage(int promptTokens, int completionTokens) {
  void addTo(ObjectNode body) {
    body.putObject("usage")
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
  }
}
