package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.serving.engine.Sampling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The fields that completions and chat completions share. */
final class GenerationFields {
  /** Fields that are read. */
  static final Set<String> READ =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "n",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "frequency_penalty",
          "presence_penalty",
          "logit_bias",
          "seed",
          "stop");

  /** Fields that clients send for bookkeeping elsewhere; ignoring them changes no answer. */
  static final Set<String> IGNORED =
      Set.of(
          "user",
          "metadata",
          "store",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention");

  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  private GenerationFields() {}

  static Sampling sampling(Fields fields, int vocabulary) {
    SamplerConfig config =
        new SamplerConfig(
            fields.number("temperature", 1, 0, 100),
            (int) (long) fields.integer("top_k", -1, 1 << 20).map(k -> Math.max(0, k)).orElse(0L),
            topP(fields),
            fields.number("min_p", 0, 0, 1),
            fields.number("repetition_penalty", 1, 0.01, 100),
            fields
                .integer("seed", Long.MIN_VALUE, Long.MAX_VALUE)
                .orElseGet(() -> ThreadLocalRandom.current().nextLong()));
    return new Sampling(
        config,
        fields.number("frequency_penalty", 0, -2, 2),
        fields.number("presence_penalty", 0, -2, 2),
        logitBias(fields, vocabulary));
  }

  private static double topP(Fields fields) {
    double topP = fields.number("top_p", 1, 0, 1);
    if (topP == 0) {
      // as other servers do: the single most likely token
      return Double.MIN_VALUE;
    }
    return topP;
  }

  private static Map<Integer, Double> logitBias(Fields fields, int vocabulary) {
    Optional<Fields> object = fields.object("logit_bias");
    if (object.isEmpty()) {
      return Map.of();
    }
    Map<Integer, Double> bias = new HashMap<>();
    for (String key : object.get().names()) {
      int id;
      try {
        id = Integer.parseInt(key);
      } catch (NumberFormatException e) {
        id = -1;
      }
      if (id < 0 || id >= vocabulary) {
        throw ApiException.invalid(
            "logit_bias",
            "has the key '%s'; keys are ids from 0 to %d".formatted(key, vocabulary - 1));
      }
      bias.put(id, object.get().number(key, 0, -100, 100));
    }
    return bias;
  }

  static List<String> stop(Fields fields) {
    List<String> stop = fields.strings("stop");
    if (stop.size() > MOST_STOPS) {
      throw ApiException.invalid(
          "stop", "has %d texts; at most %d are allowed".formatted(stop.size(), MOST_STOPS));
    }
    for (String text : stop) {
      if (text.isEmpty() || text.length() > LONGEST_STOP) {
        throw ApiException.invalid(
            "stop",
            "holds a text of %d characters; 1 to %d are allowed"
                .formatted(text.length(), LONGEST_STOP));
      }
    }
    return stop;
  }

  static int samples(Fields fields, EngineLimits limits) {
    return Math.toIntExact(fields.integer("n", 1, Math.min(128, limits.maxActive())).orElse(1L));
  }

  /** Whether a stream ends with a chunk that has the usage. */
  static boolean includeUsage(Fields fields, boolean stream) {
    Optional<Fields> options = fields.object("stream_options");
    if (options.isEmpty()) {
      return false;
    }
    if (!stream) {
      throw ApiException.invalid("stream_options", "needs 'stream' to be true");
    }
    options.get().allow(Set.of("include_usage", "include_obfuscation"));
    return options.get().flag("include_usage");
  }

  /** Refuses a field that asks for something which this server can not do. */
  static void refuseUnless(boolean harmless, String name, String instead) {
    if (!harmless) {
      throw ApiException.badRequest(
          name, "unsupported_parameter", "'" + name + "' is not supported; " + instead);
    }
  }

  /** Whether a field is absent, null, false, or an empty text, array or object. */
  static boolean blank(Fields fields, String name) {
    JsonNode value = fields.get(name);
    return value == null
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isBoolean() && !value.booleanValue());
  }

  /**
   * How many tokens may be generated after a prompt.
   *
   * @param asked what the client asks for, if it does
   * @param fallback what it gets otherwise, as far as the context has room
   * @throws ApiException with both numbers if the context is too short
   */
  static int maxTokens(
      Optional<Long> asked, int fallback, int promptLength, int contextLength, int maxOutput) {
    // the last generated token is never read back, so it needs no position
    int room = contextLength - promptLength + 1;
    long wanted = asked.orElse((long) Math.min(Math.max(1, room), Math.min(fallback, maxOutput)));
    if (promptLength > contextLength || wanted > room) {
      throw ApiException.badRequest(
          null,
          "context_length_exceeded",
          "the model reads at most %d tokens (a byte is a token); the prompt has %d and %d are to be generated"
              .formatted(contextLength, promptLength, wanted));
    }
    return Math.toIntExact(wanted);
  }
}
