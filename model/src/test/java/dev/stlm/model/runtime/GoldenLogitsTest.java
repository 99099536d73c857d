package dev.stlm.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The logits of a PyTorch implementation in float64: see {@code golden/golden.py}. */
class GoldenLogitsTest {
  static Stream<Named<JsonNode>> cases() throws IOException {
    try (InputStream in = GoldenLogitsTest.class.getResourceAsStream("golden/golden.json")) {
      List<Named<JsonNode>> cases = new ArrayList<>();
      new ObjectMapper()
          .readTree(Objects.requireNonNull(in))
          .forEach(c -> cases.add(Named.of(c.path("name").asText(), c)));
      return cases.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreThoseOfPyTorch(JsonNode golden) {
    int[] ids = ints(golden.path("ids"));
    JsonNode expected = golden.path("logits");
    List<Integer> compared = new ArrayList<>();
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint(golden.path("config")));
        Session session = model.newSession()) {
      session.append(
          ids,
          (t, logits) -> {
            if (t % 3 == 0) {
              JsonNode row = expected.path(t / 3);
              for (int i = 0; i < row.size(); i++) {
                double difference = Math.abs(logits[7 * i] - row.path(i).asDouble());
                assertThat(difference).as("position %d, id %d", t, 7 * i).isLessThan(1e-5);
              }
              compared.add(row.size());
            }
          });
    }
    assertThat(compared).hasSize(14).containsOnly(38);
  }

  private static Checkpoint checkpoint(JsonNode c) {
    JsonNode g = c.path("ngrams");
    Optional<NgramConfig> ngrams = Optional.empty();
    if (!g.isNull()) {
      List<Integer> orders = new ArrayList<>();
      g.path("orders").forEach(n -> orders.add(n.asInt()));
      ngrams =
          Optional.of(new NgramConfig(orders, g.path("rows").asInt(), g.path("rowWidth").asInt()));
    }
    FlatConfig config =
        new FlatConfig(
            260,
            64,
            c.path("width").asInt(),
            c.path("layers").asInt(),
            new AttentionConfig(
                c.path("heads").asInt(),
                c.path("kvHeads").asInt(),
                c.path("headWidth").asInt(),
                c.path("theta").asDouble(),
                c.path("qkNorm").asBoolean()),
            new FfnConfig(c.path("ffn").asInt(), Activation.valueOf(c.path("activation").asText())),
            c.path("eps").asDouble(),
            c.path("tied").asBoolean(),
            ngrams);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int count = 0;
    for (Parameter p : ParameterLayout.of(config).stored()) {
      tensors.put(p.name(), tensor(p, count++));
    }
    return new Checkpoint(config, new ByteTokenizer(), tensors, History.empty());
  }

  /** The formula of {@code golden.py}. */
  private static Tensor tensor(Parameter p, int count) {
    double base = p.kind() == Parameter.Kind.GAIN ? 1 : 0;
    double scale =
        switch (p.kind()) {
          case TABLE -> 0.5;
          case GAIN -> 0.2;
          case MATRIX -> 1.5 / Math.sqrt(p.columns());
        };
    float[] values = new float[Math.toIntExact(p.size())];
    for (int i = 0; i < values.length; i++) {
      double angle = 1 + 0.7 * count + 1.3 * i + 0.001 * i * i;
      values[i] = (float) (base + scale * StrictMath.sin(angle));
    }
    return Tensor.F32.of(p.rows(), p.columns(), values);
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.path(i).asInt();
    }
    return values;
  }
}
