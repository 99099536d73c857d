package dev.stlm.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.tokenizer.ByteTokenizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps see a weight that layers share once, and leave a pooled model that runs. */
class SharedWeightsTest {
  private static final String SHARING =
      "{\"ffnGroup\": 2, \"ffnDeltaRank\": 8, \"attentionOutput\": true, \"repeats\": 2}";

  private static Checkpoint shared() {
    JsonNode json = StrictJson.tree(Presets.named("tiny-pooled"));
    ((ObjectNode) json.at("/global")).set("sharing", StrictJson.readTree(SHARING, "sharing"));
    ((ObjectNode) json).put("futureIds", 2);
    ModelConfig config = StrictJson.read(json, ModelConfig.class, "config");
    return InitialCheckpoint.random(config, new ByteTokenizer(), 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prune.magnitude | {\"sparsity\": 0.5, \"tables\": true}",
        "quantise.int8 | {\"group\": 8}",
        "cast.bf16 | {}"
      })
  void aStepTreatsWhatIsSharedOnce(String type, String settings) {
    Checkpoint before = shared();
    Checkpoint after =
        StepTypes.create(type, StrictJson.readTree(settings, "step"))
            .apply(before, SmallModels.nothing());
    assertThat(after.tensors().keySet())
        .isEqualTo(ParameterLayout.of(before.config()).byName().keySet())
        .doesNotContain("global.layers.1.ffn.input", "global.layers.1.attention.output", "head");
    for (Parameter p : ParameterLayout.of(before.config()).stored()) {
      Tensor was = before.tensor(p.name());
      assertThat(after.tensor(p.name()).rows()).isEqualTo(was.rows());
      if (p.kind() == Parameter.Kind.GAIN) {
        assertThat(after.tensor(p.name()).toFloats()).isEqualTo(was.toFloats());
      }
    }
    try (LanguageModel model = new CpuRuntime().load(after);
        Session session = model.newSession()) {
      assertThat(session.append("the cat sat".chars().toArray()))
          .hasSize(260)
          .doesNotContain(Float.NaN);
    }
  }
}
