package dev.stlm.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
  private static final String FLAT =
      """
      {
        "architecture": "flat",
        "vocabularySize": 260,
        "contextLength": 128,
        "width": 16,
        "layers": 2,
        "attention": {
          "heads": 4,
          "kvHeads": 2,
          "headWidth": 4,
          "ropeTheta": 10000.0,
          "qkNorm": true
        },
        "ffn": {
          "width": 64,
          "activation": "relu2"
        },
        "normEpsilon": 1.0E-5,
        "tiedHead": true,
        "ngrams": {
          "orders": [2, 3],
          "rows": 64,
          "rowWidth": 8
        }
      }
      """;

  @Test
  void configIsReadAndWrittenAsTheSameText() {
    ModelConfig config = StrictJson.read(FLAT, ModelConfig.class, "config.json");
    assertThat(config)
        .isEqualTo(
            new FlatConfig(
                260,
                128,
                16,
                2,
                new AttentionConfig(4, 2, 4, 10000, true),
                new FfnConfig(64, Activation.RELU2),
                1e-5,
                true,
                Optional.of(new NgramConfig(List.of(2, 3), 64, 8))));
    assertThat(StrictJson.text(config)).isEqualTo(FLAT);
  }

  @Test
  void anOptionalPartMayBeLeftOutAndIsNotWritten() {
    String without = FLAT.replaceAll("(?s),\\s*\"ngrams\".*", "\n}\n");
    ModelConfig config = StrictJson.read(without, ModelConfig.class, "config.json");
    assertThat(((FlatConfig) config).ngrams()).isEmpty();
    assertThat(StrictJson.text(config)).isEqualTo(without);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "width": 16               | "width": 16, "breadth": 1  | unknown key breadth; allowed: attention, contextLength,
          "kvHeads": 2              | "kvHeads": 2, "foo": 1     | unknown key attention.foo; allowed: headWidth, heads, kvHeads, qkNorm, ropeScaling, ropeTheta, ropeWidth, valueResidual, window
          "layers": 2,              | ``                         | layers is missing
          "heads": 4,               | ``                         | attention.heads is missing
          "layers": 2               | "layers": null             | layers should be a whole number
          "layers": 2               | "layers": "2"              | layers should be a whole number
          "layers": 2               | "layers": 2.5              | layers is 2.5; it should be a whole number
          "layers": 2               | "layers": 2e0              | layers is 2.0; it should be a whole number
          "layers": 2               | "layers": 99999999999      | layers
          "layers": 2               | "layers": true             | layers should be a whole number
          "layers": 2               | "layers": [2]              | layers should be a whole number
          "layers": 2               | "layers": 0                | layers is 0; allowed: a whole number from 1 to 1024
          "layers": 2               | "layers": 2, "layers": 3   | Duplicate
          "qkNorm": true            | "qkNorm": "yes"            | attention.qkNorm should be true or false
          "qkNorm": true            | "qkNorm": 1                | attention.qkNorm is 1; it should be true or false
          "activation": "relu2"     | "activation": "tanh"       | ffn.activation is "tanh"; it should be one of "swiglu", "relu2", "gelu"
          "activation": "relu2"     | "activation": 1            | ffn.activation
          "normEpsilon": 1.0E-5     | "normEpsilon": "tiny"      | normEpsilon should be a number
          "normEpsilon": 1.0E-5     | "normEpsilon": -1          | normEpsilon is -1.0; allowed: a positive finite number
          "normEpsilon": 1.0E-5     | "normEpsilon": "NaN"       | normEpsilon
          "normEpsilon": 1.0E-5     | "normEpsilon": NaN         | not valid JSON at line 18
          "architecture": "flat"    | "architecture": "deep"     | "deep" is not a known type; allowed: flat
          "architecture": "flat",   | ``                         | architecture is missing
          "orders": [2, 3]          | "orders": 2                | ngrams.orders should be a list
          "orders": [2, 3]          | "orders": [2, "x"]         | ngrams.orders[1] should be a whole number
          "orders": [2, 3]          | "orders": [3, 2]           | ngrams.orders is [3, 2]; allowed: ascending lengths
          "orders": [2, 3]          | "orders": [2, null]        | ngrams.orders
          "heads": 4                | "heads": 5                 | attention.kvHeads is 2; allowed: a divisor of attention.heads (5)
          """)
  void refusalNamesTheFileAndTheField(String from, String to, String expected) {
    String bad = FLAT.replace(from, to);
    assertThat(bad).isNotEqualTo(FLAT);
    assertThatThrownBy(() -> StrictJson.read(bad, ModelConfig.class, "dir/config.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("dir/config.json: ")
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``          | is empty
          {           | not valid JSON
          {} {}       | after the end
          []          | not a JSON object
          "text"      | not a JSON object
          null        | not a JSON object
          {a: 1}      | not valid JSON
          // hello    | not valid JSON
          """)
  void whatIsNotOneObjectIsRefused(String json, String expected) {
    assertThatThrownBy(() -> StrictJson.read(json, ModelConfig.class, "x.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("x.json: ")
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  @Test
  void deepNestingIsRefusedBeforeItOverflowsTheStack() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> StrictJson.read(deep, ModelConfig.class, "x.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("x.json")
        .message()
        .hasLineCount(1);
  }

  @Test
  void filesThatAreMissingOrNotUtf8AreNamed(@TempDir Path dir) throws Exception {
    Path missing = dir.resolve("none.json");
    assertThatThrownBy(() -> StrictJson.read(missing, ModelConfig.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(missing + ": no such file");
    Path latin1 = Files.write(dir.resolve("latin1.json"), new byte[] {'{', '"', (byte) 0xE9, '"'});
    assertThatThrownBy(() -> StrictJson.read(latin1, ModelConfig.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(latin1 + ": is not UTF-8");
    assertThatThrownBy(() -> StrictJson.read(dir, ModelConfig.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void writtenFileIsReadBackAndLeavesNothingBeside(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("new/config.json");
    ModelConfig config = StrictJson.read(FLAT, ModelConfig.class, "x");
    StrictJson.write(file, config);
    StrictJson.write(file, config);
    assertThat(StrictJson.read(file, ModelConfig.class)).isEqualTo(config);
    try (var files = Files.list(dir.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  record Settings(
      int group, @Nullable Integer seed, Optional<String> note, Optional<Inner> inner) {}

  record Inner(double share) {}

  @Test
  void nullableAndOptionalComponentsMayBeLeftOut() {
    assertThat(StrictJson.read("{\"group\": 32}", Settings.class, "x"))
        .isEqualTo(new Settings(32, null, Optional.empty(), Optional.empty()));
    assertThat(
            StrictJson.read(
                "{\"group\": 32, \"seed\": 1, \"note\": \"n\", \"inner\": {\"share\": 1}}",
                Settings.class,
                "x"))
        .isEqualTo(new Settings(32, 1, Optional.of("n"), Optional.of(new Inner(1))));
    assertThatThrownBy(() -> StrictJson.read("{\"group\": 1, \"inner\": {}}", Settings.class, "x"))
        .hasMessage("x: inner.share is missing; give it a value");
  }
}
