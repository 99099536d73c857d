package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.engine.Constraint;
import dev.stlm.serving.grammar.Grammar;
import dev.stlm.serving.grammar.GrammarConstraint;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The fields that say what form a text must have: OpenAI's {@code response_format}, with {@code
 * regex} as one more type, and the names that vLLM has for the same.
 */
final class ResponseFormat {
  /** Fields that are read. */
  static final Set<String> READ =
      Set.of("response_format", "guided_json", "guided_regex", "guided_choice");

  private static final int MOST_CHOICES = 1024;

  private ResponseFormat() {}

  /** Whether a form is asked for, good or bad. */
  static boolean asked(Fields fields) {
    return READ.stream().anyMatch(name -> fields.get(name) != null);
  }

  /**
   * What the texts of a request must keep to.
   *
   * @param before what the model writes in front of the text, and the client does not see
   * @throws ApiException with status 400 if the form can not be read or is not supported
   */
  static Optional<Constraint> constraint(Fields fields, TokenText tokens, String before) {
    return grammar(fields)
        .map(g ->
            new GrammarConstraint(before.isEmpty() ? g : g.after(before), tokens.vocabulary()));
  }

  private static Optional<Grammar> grammar(Fields fields) {
    List<Grammar> grammars = new ArrayList<>();
    fields.object("response_format").flatMap(ResponseFormat::typed).ifPresent(grammars::add);
    JsonNode json = fields.get("guided_json");
    if (json != null) {
      grammars.add(made("guided_json", () -> Grammar.jsonSchema(json)));
    }
    fields
        .string("guided_regex")
        .ifPresent(p -> grammars.add(made("guided_regex", () -> Grammar.regex(p))));
    List<String> choices = choices(fields);
    if (!choices.isEmpty()) {
      grammars.add(made("guided_choice", () -> Grammar.choice(choices)));
    }
    if (grammars.size() > 1) {
      throw ApiException.invalid(
          "response_format", "and the guided_ fields ask for several forms; give one");
    }
    return grammars.stream().findFirst();
  }

  private static Optional<Grammar> typed(Fields format) {
    String type = format.string("type").orElse("");
    switch (type) {
      case "text", "json_object" -> format.allow(Set.of("type"));
      case "json_schema" -> format.allow(Set.of("type", "json_schema"));
      case "regex" -> format.allow(Set.of("type", "pattern"));
      default ->
          throw ApiException.invalid(
              "response_format.type", "must be text, json_object, json_schema or regex");
    }
    return switch (type) {
      case "json_object" -> Optional.of(Grammar.jsonObject());
      case "json_schema" -> Optional.of(schema(format));
      case "regex" -> {
        String pattern =
            format.string("pattern").orElseThrow(() -> missing("response_format.pattern"));
        yield Optional.of(made("response_format.pattern", () -> Grammar.regex(pattern)));
      }
      default -> Optional.empty();
    };
  }

  private static Grammar schema(Fields format) {
    Fields named =
        format.object("json_schema").orElseThrow(() -> missing("response_format.json_schema"));
    named.allow(Set.of("name", "description", "schema", "strict"));
    named.string("name");
    named.string("description");
    named.flag("strict");
    JsonNode schema = named.get("schema");
    if (schema == null) {
      throw missing("response_format.json_schema.schema");
    }
    return made("response_format.json_schema.schema", () -> Grammar.jsonSchema(schema));
  }

  private static List<String> choices(Fields fields) {
    JsonNode value = fields.get("guided_choice");
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.isEmpty() || value.size() > MOST_CHOICES) {
      throw ApiException.invalid(
          "guided_choice", "must be an array of 1 to " + MOST_CHOICES + " texts");
    }
    return fields.strings("guided_choice");
  }

  private static Grammar made(String param, Supplier<Grammar> grammar) {
    try {
      return grammar.get();
    } catch (InvalidInputException e) {
      throw ApiException.badRequest(
          param, "invalid_grammar", "'%s' can not be kept to: %s".formatted(param, e.getMessage()));
    }
  }

  private static ApiException missing(String param) {
    return ApiException.badRequest(
        param, "missing_required_parameter", "'" + param + "' is missing");
  }
}
