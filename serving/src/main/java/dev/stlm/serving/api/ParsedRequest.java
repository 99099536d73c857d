package dev.stlm.serving.api;

import dev.stlm.serving.engine.GenerationRequest;
import java.util.List;

/**
 * What a client asks for.
 *
 * @param requests one a prompt, all with the same number of samples
 * @param kept how many of the samples of a prompt are answered with: those whose tokens are the
 *     likeliest on average; as many as there are, in their order, unless the client asks for the
 *     best of more
 * @param stream whether the answer is sent as it grows
 * @param includeUsage whether a stream ends with the usage
 * @param reply the form of the answer
 */
record ParsedRequest(
    List<GenerationRequest> requests, int kept, boolean stream, boolean includeUsage, Reply reply) {
  ParsedRequest {
    requests = List.copyOf(requests);
  }
}
