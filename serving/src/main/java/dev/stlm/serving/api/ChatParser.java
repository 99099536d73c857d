package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Reads {@code POST /v1/chat/completions}. */
final class ChatParser {
  private static final Set<String> REFUSED =
      Set.of("tools", "functions", "audio", "prediction", "web_search_options");

  private static final Set<String> KNOWN =
      Stream.of(
              GenerationFields.READ,
              GenerationFields.IGNORED,
              ResponseFormat.READ,
              REFUSED,
              Set.of(
                  "messages",
                  "max_tokens",
                  "max_completion_tokens",
                  "logprobs",
                  "top_logprobs",
                  "modalities",
                  "tool_choice",
                  "function_call",
                  "parallel_tool_calls"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MOST_LOGPROBS = 20;

  private ChatParser() {}

  static ParsedRequest parse(Fields fields, ServedModel model) {
    fields.allow(KNOWN);
    refuseWhatNeedsMore(fields);
    int samples = GenerationFields.samples(fields, model.limits());
    boolean stream = fields.flag("stream");
    int logprobs = logprobs(fields);
    Optional<Long> maxTokens =
        fields
            .integer("max_completion_tokens", 1, model.limits().maxOutputTokens())
            .or(() -> fields.integer("max_tokens", 1, model.limits().maxOutputTokens()));
    Sampling sampling = GenerationFields.sampling(fields, model.tokens().vocabularySize());
    List<String> stop = new ArrayList<>(model.template().stop());
    stop.addAll(GenerationFields.stop(fields));
    int[] prompt = ChatPrompt.encode(messages(fields), model);
    int most =
        GenerationFields.maxTokens(
            maxTokens,
            model.limits().maxOutputTokens(),
            prompt.length,
            model.contextLength(),
            model.limits().maxOutputTokens());
    GenerationRequest request =
        new GenerationRequest(
            Prompt.of(prompt),
            samples,
            most,
            sampling,
            stop,
            logprobs,
            false,
            ResponseFormat.constraint(
                fields, model.tokens(), ChatReply.blankIsModels(model) ? " " : ""));
    return new ParsedRequest(
        List.of(request),
        samples,
        stream,
        GenerationFields.includeUsage(fields, stream),
        new ChatReply(model, samples, logprobs));
  }

  private static void refuseWhatNeedsMore(Fields fields) {
    for (String name : REFUSED) {
      GenerationFields.refuseUnless(
          GenerationFields.blank(fields, name), name, "this model generates text only");
    }
    JsonNode choice = fields.get("tool_choice");
    GenerationFields.refuseUnless(
        choice == null || choice.asText().equals("none") || choice.asText().equals("auto"),
        "tool_choice",
        "this model calls no tools");
    JsonNode modalities = fields.get("modalities");
    if (modalities != null) {
      for (JsonNode modality : modalities) {
        GenerationFields.refuseUnless(
            modality.asText().equals("text"), "modalities", "this model generates text only");
      }
    }
  }

  private static int logprobs(Fields fields) {
    Optional<Long> top = fields.integer("top_logprobs", 0, MOST_LOGPROBS);
    if (fields.flag("logprobs")) {
      return Math.toIntExact(top.orElse(0L));
    }
    if (top.isPresent() && top.get() > 0) {
      throw ApiException.invalid("top_logprobs", "needs 'logprobs' to be true");
    }
    return -1;
  }

  private static List<ChatPrompt.Message> messages(Fields fields) {
    JsonNode array = fields.get("messages");
    if (array == null) {
      throw ApiException.badRequest(
          "messages", "missing_required_parameter", "'messages' is missing");
    }
    if (!array.isArray() || array.isEmpty()) {
      throw ApiException.invalid("messages", "must be an array of at least one message");
    }
    List<ChatPrompt.Message> messages = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      String where = "messages[" + i + "]";
      if (!(array.get(i) instanceof ObjectNode object)) {
        throw ApiException.invalid(where, "must be an object with 'role' and 'content'");
      }
      messages.add(message(new Fields(object, where + "."), where));
    }
    return messages;
  }

  private static ChatPrompt.Message message(Fields fields, String where) {
    fields.allow(
        Set.of("role", "content", "name", "refusal", "audio", "tool_calls", "annotations"));
    String role = fields.string("role").orElse("");
    ChatPrompt.Role known =
        switch (role) {
          case "system", "developer" -> ChatPrompt.Role.SYSTEM;
          case "user" -> ChatPrompt.Role.USER;
          case "assistant" -> ChatPrompt.Role.ASSISTANT;
          default ->
              throw ApiException.invalid(
                  where + ".role", "must be one of system, developer, user, assistant");
        };
    GenerationFields.refuseUnless(
        GenerationFields.blank(fields, "tool_calls"),
        where + ".tool_calls",
        "this model calls no tools");
    return new ChatPrompt.Message(known, content(fields, where));
  }

  /** A string, or an array of parts that are all text. */
  private static String content(Fields fields, String where) {
    JsonNode content = fields.get("content");
    if (content == null) {
      throw ApiException.badRequest(
          where + ".content", "missing_required_parameter", "'" + where + ".content' is missing");
    }
    if (!content.isArray()) {
      return fields.text("content", content);
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      JsonNode words = textOf(part);
      if (words == null) {
        throw ApiException.invalid(where + ".content", "holds a part that is not text");
      }
      text.append(fields.text("content", words));
    }
    return text.toString();
  }

  private static @Nullable JsonNode textOf(JsonNode part) {
    return part.path("type").asText().equals("text") ? part.get("text") : null;
  }
}
