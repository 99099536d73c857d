package dev.stlm.serving.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Whatever is given as a form is a grammar or is refused in one line, in bounded time. {@code
 * -Dstlm.fuzz.grammars=N} tries more of each kind, {@code -Dstlm.fuzz.seed=N} others.
 */
class GrammarFuzzTest {
  private static final String[] PIECES = {
    "a", "é", "😀", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "-", ",",
    "1", "2", "999", "{2,3}", "{0,50}", "(?:", "(?<n>", "\\d", "\\w", "\\S", "\\x41", "\\u00e9",
    "[^a]", "[a-z]", ":", "<", "=", "&&", " ", "\n", "\ud800"
  };

  private static final String[] KEYWORDS = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "title",
    "not",
    "a"
  };

  private static final String[] TEXTS = {
    "string",
    "number",
    "integer",
    "boolean",
    "null",
    "array",
    "object",
    "#",
    "#/$defs/a",
    "#/properties/a",
    "#/items",
    "date",
    "uuid",
    "^a+$",
    "b|c",
    "a",
    "",
    "\ud800",
    "é"
  };

  @Test
  void anyPatternIsAGrammarOrRefused() {
    each(random -> {
      StringBuilder pattern = new StringBuilder();
      for (int i = random.nextInt(25); i >= 0; i--) {
        pattern.append(PIECES[random.nextInt(PIECES.length)]);
      }
      check(() -> Grammar.regex(pattern.toString()), random);
    });
  }

  @Test
  void anySchemaIsAGrammarOrRefused() {
    each(random -> {
      JsonNode schema = value(random, 4);
      check(() -> Grammar.jsonSchema(schema), random);
    });
  }

  private static void each(Consumer<RandomGenerator> tried) {
    int grammars = Integer.getInteger("stlm.fuzz.grammars", 3000);
    long first = Long.getLong("stlm.fuzz.seed", 1) << 32;
    for (long seed = first; seed < first + grammars; seed++) {
      try {
        tried.accept(new SplittableRandom(seed));
      } catch (RuntimeException | Error e) {
        fail("the grammar of seed " + seed, e);
      }
    }
  }

  private static void check(Supplier<Grammar> made, RandomGenerator random) {
    Grammar grammar;
    try {
      grammar = made.get();
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      return;
    }
    ByteState state = new ByteAutomaton(grammar.program()).start();
    for (int i = 0; i < 200 && !state.complete(); i++) {
      int b = random.nextInt(256);
      for (int tried = 0; !state.allows(b); tried++) {
        assertThat(tried).as("bytes that are not allowed").isLessThan(256);
        b = (b + 1) & 0xFF;
      }
      state = state.after(b);
    }
    assertThat(state.mayEnd() || !state.complete()).isTrue();
  }

  private static JsonNode value(RandomGenerator random, int depth) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (depth == 0 ? random.nextInt(4) : 3 + random.nextInt(8)) {
      case 0 -> json.numberNode(random.nextInt(40) - 10);
      case 1 -> json.booleanNode(random.nextBoolean());
      case 2 -> json.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case 3 -> json.textNode(TEXTS[random.nextInt(TEXTS.length)]);
      case 4 -> {
        ArrayNode array = json.arrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
          array.add(value(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = json.objectNode();
        for (int i = random.nextInt(4); i >= 0; i--) {
          String keyword = KEYWORDS[random.nextInt(KEYWORDS.length)];
          object.set(keyword, fitting(keyword, random, depth - 1));
        }
        yield object;
      }
    };
  }

  /** Mostly what the keyword takes, so that many schemas are sound. */
  private static JsonNode fitting(String keyword, RandomGenerator random, int depth) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (random.nextInt(8) == 0) {
      return value(random, depth);
    }
    return switch (keyword) {
      case "type" -> json.textNode(TEXTS[random.nextInt(7)]);
      case "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum" ->
          json.numberNode(random.nextInt(30));
      case "pattern", "format", "$ref" -> json.textNode(TEXTS[7 + random.nextInt(12)]);
      case "enum", "required" -> json.arrayNode().add("a").add(random.nextInt(3));
      case "properties", "$defs" -> json.objectNode().set("a", value(random, depth));
      case "anyOf", "oneOf", "prefixItems" ->
          json.arrayNode().add(value(random, depth)).add(value(random, depth));
      default -> value(random, depth);
    };
  }
}
