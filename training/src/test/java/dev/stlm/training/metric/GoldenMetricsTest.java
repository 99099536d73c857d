package dev.stlm.training.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** BLEU and chrF against sacreBLEU; {@code golden.py} made the values. */
class GoldenMetricsTest {
  private static final double ROUNDING = 1e-9;

  static Stream<Arguments> corpora() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenMetricsTest.class.getResourceAsStream("golden.json"))) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return StreamSupport.stream(
              StrictJson.readTree(json, "golden.json").spliterator(), /* parallel= */ false)
          .map(corpus -> Arguments.of(corpus.get("name").asText(), corpus));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpora")
  void bleuEqualsSacreBleu(String name, JsonNode golden) {
    Bleu bleu = Bleu.of(texts(golden, "hypotheses"), texts(golden, "references"));
    assertThat(bleu.score()).isCloseTo(golden.get("bleu").asDouble(), within(ROUNDING));
    assertThat(bleu.hypothesisLength()).isEqualTo(golden.get("hypothesisLength").asLong());
    assertThat(bleu.referenceLength()).isEqualTo(golden.get("referenceLength").asLong());
    assertThat(bleu.brevityPenalty())
        .isCloseTo(golden.get("brevityPenalty").asDouble(), within(ROUNDING));
    for (int n = 0; n < 4; n++) {
      assertThat(bleu.precisions().get(n))
          .isCloseTo(golden.get("precisions").get(n).asDouble(), within(ROUNDING));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpora")
  void chrfEqualsSacreBleu(String name, JsonNode golden) {
    Chrf chrf = Chrf.of(texts(golden, "hypotheses"), texts(golden, "references"));
    assertThat(chrf.score()).isCloseTo(golden.get("chrf").asDouble(), within(ROUNDING));
  }

  @Test
  void accuracyHasTheErrorOfAProportion() {
    Accuracy accuracy = new Accuracy(698, 872);
    assertThat(accuracy.value()).isCloseTo(0.800459, within(1e-6));
    assertThat(accuracy.standardError()).isCloseTo(0.013534, within(1e-6));
    assertThat(new Accuracy(3, 3).standardError()).isZero();
  }

  @Test
  void textsWithoutPartnersAreRefused() {
    assertThatThrownBy(() -> Bleu.of(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Chrf.of(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Accuracy(4, 3)).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> texts(JsonNode golden, String field) {
    List<String> texts = new ArrayList<>();
    golden.get(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
