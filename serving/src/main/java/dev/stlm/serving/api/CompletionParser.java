package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.engine.Constraint;
import dev.stlm.serving.engine.GenerationRequest;
import dev.stlm.serving.engine.Prompt;
import dev.stlm.serving.engine.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code POST /v1/completions}. */
final class CompletionParser {
  private static final Set<String> KNOWN =
      Stream.of(
              GenerationFields.READ,
              GenerationFields.IGNORED,
              ResponseFormat.READ,
              Set.of("prompt", "max_tokens", "logprobs", "echo", "best_of", "suffix"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int DEFAULT_TOKENS = 16;
  private static final int MOST_LOGPROBS = 20;

  private CompletionParser() {}

  static ParsedRequest parse(Fields fields, ServedModel model) {
    fields.allow(KNOWN);
    GenerationFields.refuseUnless(
        GenerationFields.blank(fields, "suffix"), "suffix", "put everything into 'prompt'");
    int samples = GenerationFields.samples(fields, model.limits());
    boolean stream = fields.flag("stream");
    int candidates = candidates(fields, model, samples, stream);
    boolean echo = fields.flag("echo");
    int logprobs = logprobs(fields);
    Optional<Long> maxTokens =
        fields.integer("max_tokens", echo ? 0 : 1, model.limits().maxOutputTokens());
    Sampling sampling = GenerationFields.sampling(fields, model.tokens().vocabularySize());
    List<String> stop = GenerationFields.stop(fields);
    List<int[]> prompts = prompts("prompt", fields, model.tokens());
    if ((long) prompts.size() * candidates > model.limits().maxQueued()) {
      throw ApiException.invalid(
          "prompt",
          "asks for %d sequences at once; at most %d are taken"
              .formatted((long) prompts.size() * candidates, model.limits().maxQueued()));
    }
    Optional<Constraint> constraint = ResponseFormat.constraint(fields, model.tokens(), "");
    // the best are found by their log-probabilities
    int scored = candidates > samples ? Math.max(0, logprobs) : logprobs;
    List<GenerationRequest> requests = new ArrayList<>();
    for (int[] ids : prompts) {
      int[] read = ids.length == 0 ? new int[] {model.tokens().startOfText()} : ids;
      int most =
          GenerationFields.maxTokens(
              maxTokens,
              DEFAULT_TOKENS,
              read.length,
              model.contextLength(),
              model.limits().maxOutputTokens());
      boolean score = echo && logprobs >= 0 && ids.length > 0;
      requests.add(
          new GenerationRequest(
              Prompt.of(read), candidates, most, sampling, stop, scored, score, constraint));
    }
    CompletionReply reply = new CompletionReply(model, prompts, samples, echo, logprobs);
    return new ParsedRequest(
        requests, samples, stream, GenerationFields.includeUsage(fields, stream), reply);
  }

  /** How many texts are made for every prompt, of which {@code samples} are given back. */
  private static int candidates(Fields fields, ServedModel model, int samples, boolean stream) {
    int most = Math.min(128, model.limits().maxActive());
    int candidates = Math.toIntExact(fields.integer("best_of", 1, most).orElse((long) samples));
    if (candidates < samples) {
      throw ApiException.invalid("best_of", "must be at least 'n', which is " + samples);
    }
    if (candidates > samples && stream) {
      throw ApiException.invalid("best_of", "goes without 'stream': the best is known at the end");
    }
    return candidates;
  }

  /** A number of candidates, or -1 for no log-probabilities; true and false as in chats. */
  private static int logprobs(Fields fields) {
    JsonNode value = fields.get("logprobs");
    if (value != null && value.isBoolean()) {
      return value.booleanValue() ? 0 : -1;
    }
    return Math.toIntExact(fields.integer("logprobs", 0, MOST_LOGPROBS).orElse(-1L));
  }

  /** A string, an array of strings, an array of ids, or an array of arrays of ids. */
  static List<int[]> prompts(String name, Fields fields, TokenText tokens) {
    JsonNode value = fields.get(name);
    if (value == null) {
      throw ApiException.badRequest(
          name, "missing_required_parameter", "'" + name + "' is missing");
    }
    if (value.isTextual()) {
      return List.of(tokens.encode(fields.text(name, value)));
    }
    if (!value.isArray() || value.isEmpty()) {
      throw ApiException.invalid(
          name, "must be a string, an array of strings, an array of ids or an array of those");
    }
    if (value.get(0).isNumber()) {
      return List.of(ids(name, value, tokens, null));
    }
    List<int[]> prompts = new ArrayList<>(value.size());
    for (JsonNode prompt : value) {
      if (prompt.isTextual() && value.get(0).isTextual()) {
        prompts.add(tokens.encode(fields.text(name, prompt)));
      } else {
        prompts.add(ids(name, prompt, tokens, value.get(0)));
      }
    }
    return prompts;
  }

  private static int[] ids(
      String name, JsonNode array, TokenText tokens, @Nullable JsonNode first) {
    if (!array.isArray() || (first != null && !first.isArray())) {
      throw ApiException.invalid(name, "mixes texts and ids; give all as texts or all as ids");
    }
    return ids(name, array, tokens.vocabularySize());
  }

  /** An array of ids of a vocabulary. */
  static int[] ids(String name, JsonNode array, int vocabulary) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = array.get(i);
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
        throw ApiException.invalid(
            name, "holds something that is not an id from 0 to " + (vocabulary - 1));
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}
