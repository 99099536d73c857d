package dev.stlm.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every valid config survives JSON; every number outside its range is named. */
class ConfigRoundTripTest {
  private static final String TINY = StrictJson.text(Presets.named("tiny"));

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void everyConfigComesBackFromItsJson(@ForAll("configs") FlatConfig config) {
    String json = StrictJson.text(config);
    ModelConfig back = StrictJson.read(json, ModelConfig.class, "config.json");
    assertThat(back).isEqualTo(config);
    assertThat(StrictJson.text(back)).isEqualTo(json);
  }

  @Provide
  Arbitrary<FlatConfig> configs() {
    Arbitrary<AttentionConfig> attention =
        Combinators.combine(
                Arbitraries.integers().between(1, 16),
                Arbitraries.integers().between(1, 64),
                Arbitraries.integers().between(1, 512),
                Arbitraries.integers().between(-10, 40).map(n -> Math.pow(1.7, n)),
                Arbitraries.of(true, false))
            .as((k, groups, half, theta, norm) ->
                new AttentionConfig(k * groups, k, 2 * half, theta, norm));
    Arbitrary<FfnConfig> ffn =
        Combinators.combine(
                Arbitraries.integers().between(1, 1 << 18), Arbitraries.of(Activation.class))
            .as(FfnConfig::new);
    Arbitrary<NgramConfig> ngrams =
        Combinators.combine(
                Arbitraries.integers()
                    .between(2, 16)
                    .list()
                    .uniqueElements()
                    .ofMinSize(1)
                    .map(orders -> orders.stream().sorted().toList()),
                Arbitraries.integers().between(1, 1 << 24),
                Arbitraries.integers().between(1, 1 << 16))
            .as(NgramConfig::new);
    return Combinators.combine(
            Arbitraries.integers().between(2, 1 << 20),
            Arbitraries.integers().between(1, 1 << 20),
            Arbitraries.integers().between(1, 1 << 16),
            Arbitraries.integers().between(1, 1024),
            attention,
            ffn,
            Arbitraries.integers().between(1, 50).map(n -> Math.pow(1.7, -n)),
            ngrams.optional())
        .as((v, t, d, l, a, f, eps, g) -> new FlatConfig(v, t, d, l, a, f, eps, d % 2 == 0, g));
  }

  @Example
  void numbersOutsideTheirRangeAreNamed() {
    outside("/vocabularySize", 1, (1 << 20) + 1);
    outside("/contextLength", 0, (1 << 20) + 1);
    outside("/width", 0, (1 << 16) + 1);
    outside("/layers", 0, 1025);
    outside("/attention/heads", 0, 1025);
    outside("/attention/kvHeads", 0, 3);
    outside("/attention/headWidth", 0, 7, 1026);
    outside("/attention/ropeTheta", 0, -1);
    outside("/ffn/width", 0, (1 << 18) + 1);
    outside("/normEpsilon", 0, -1);
    outside("/ngrams/rows", 0, (1 << 24) + 1);
    outside("/ngrams/rowWidth", 0, (1 << 16) + 1);
  }

  private static void outside(String pointer, int... values) {
    String field = pointer.substring(1).replace('/', '.');
    int slash = pointer.lastIndexOf('/');
    for (int value : values) {
      JsonNode json = StrictJson.readTree(TINY, "tiny");
      ((ObjectNode) json.at(pointer.substring(0, slash))).put(pointer.substring(slash + 1), value);
      assertThatThrownBy(() -> StrictJson.read(json, ModelConfig.class, "config.json"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("config.json: " + field + " is " + value)
          .hasMessageContaining("; allowed: ");
    }
  }

  @Example
  void aListOfOrdersIsChecked() {
    for (List<Integer> orders : List.of(List.of(1), List.of(17), List.of(2, 2), List.of(3, 2))) {
      assertThatThrownBy(() -> new NgramConfig(orders, 64, 8))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("ngrams.orders is ");
    }
    assertThatThrownBy(() -> new NgramConfig(List.of(), 64, 8))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at least one length");
  }

  /** The same damage in every run; only {@link InvalidInputException} may come out, on one line. */
  @Example
  void damagedJsonIsReadOrRefused() {
    String[] pieces = {
      "1e999",
      "-1",
      "NaN",
      "null",
      "{",
      "}",
      "[",
      "]",
      "\"",
      ",",
      "99999999999999999999",
      "1.5",
      "\"x\"",
      "{}",
      "[[",
      "true",
      "\\u0000",
      "\n"
    };
    Random random = new Random(20262);
    int refused = 0;
    int tries = 5_000;
    for (int i = 0; i < tries; i++) {
      int at = random.nextInt(TINY.length());
      int end = Math.min(TINY.length(), at + random.nextInt(6));
      String piece = random.nextBoolean() ? pieces[random.nextInt(pieces.length)] : "";
      String bad = TINY.substring(0, at) + piece + TINY.substring(end);
      try {
        StrictJson.read(bad, ModelConfig.class, "x.json");
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("x.json: ").hasLineCount(1);
      }
    }
    assertThat(refused).isBetween(tries / 2, tries - 100);
  }

  @Example
  void tiedHeadIsNotStoredAndResolvesToTheEmbedding() {
    ParameterLayout layout = ParameterLayout.of(Presets.named("tiny"));
    assertThat(layout.find("head").flatMap(Parameter::tiedTo)).isEqualTo(Optional.of("embed"));
    assertThat(layout.byName()).doesNotContainKey("head");
    assertThat(layout.resolve("head").name()).isEqualTo("embed");
    assertThatThrownBy(() -> layout.resolve("tail")).isInstanceOf(IllegalArgumentException.class);
  }
}
