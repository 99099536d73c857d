package dev.stlm.serving.api;

import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.serving.engine.ForcedTokens;
import dev.stlm.serving.engine.GenerationRequest;
import dev.stlm.serving.engine.Prompt;
import dev.stlm.serving.engine.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests whose samples are given, so that the engine only scores them. */
final class ForcedRequests {
  private final List<GenerationRequest> requests = new ArrayList<>();
  private final EngineLimits limits;
  private final int contextLength;
  private int sequences;

  ForcedRequests(ServedModel model) {
    this.limits = model.limits();
    this.contextLength = model.contextLength();
  }

  /**
   * Adds continuations of one prompt, which is read once for as many of them as run together.
   *
   * @param param the field that is blamed if the model can not read that much
   * @param scorePrompt whether the ids of the prompt are scored, too
   */
  void add(String param, int[] prompt, List<int[]> continuations, boolean scorePrompt) {
    for (int from = 0; from < continuations.size(); from += limits.maxActive()) {
      int to = Math.min(continuations.size(), from + limits.maxActive());
      ForcedTokens forced = new ForcedTokens(continuations.subList(from, to));
      int positions = prompt.length + Math.max(0, forced.longest() - 1);
      if (positions > contextLength) {
        throw ApiException.badRequest(
            param,
            "context_length_exceeded",
            "'%s' has %d tokens and is continued by %d; the model reads at most %d"
                .formatted(param, prompt.length, forced.longest(), contextLength));
      }
      requests.add(
          new GenerationRequest(
              Prompt.of(prompt),
              to - from,
              Math.max(1, forced.longest()),
              Sampling.of(SamplerConfig.greedy()),
              List.of(),
              1,
              scorePrompt,
              Optional.of(forced)));
      sequences += to - from;
    }
    if (sequences > limits.maxQueued()) {
      throw ApiException.invalid(
          param,
          "makes more than %d sequences at once, the most that are taken"
              .formatted(limits.maxQueued()));
    }
  }

  List<GenerationRequest> requests() {
    return requests;
  }
}
