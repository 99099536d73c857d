package dev.stlm.serving.api;

import dev.stlm.serving.engine.GenerationRequest;
import java.util.List;

/**
 * What a client asks for.
 *
 * @param requests one a prompt; choice {@code prompt · samples + sample} is its answer
 * @param stream whether the answer is sent as it grows
 * @param includeUsage whether a stream ends with the usage
 * @param reply the form of the answer
 */
record ParsedRequest(
    List<GenerationRequest> requests, boolean stream, boolean includeUsage, Reply reply) {
  ParsedRequest {
    requests = List.copyOf(requests);
  }
}
