package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.config.GrowthConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers a stacked model has its values from. */
class StackingTest {
  @ParameterizedTest
  @CsvSource({"2, 0 0", "3, 0 1 1", "4, 0 1 0 1", "5, 0 1 2 1 2", "6, 0 1 2 0 1 2"})
  void theUpperLayersAreTheLastOfTheLowerOnes(int layers, String expected) {
    List<Integer> from = List.of(expected.split(" ")).stream().map(Integer::parseInt).toList();
    ModelConfig all = Presets.named("tiny").withLayers(layers);
    Checkpoint lower = lower(all, 3);
    Checkpoint stacked = stacking(all).stacked(lower);
    assertThat(lower.config().layers()).isEqualTo((layers + 1) / 2);
    assertThat(stacked.config()).isEqualTo(all);
    for (Parameter p : ParameterLayout.of(all).stored()) {
      String source = p.name();
      if (source.startsWith("layers.")) {
        int layer = Integer.parseInt(source.split("\\.")[1]);
        source = source.replace("layers." + layer, "layers." + from.get(layer));
      }
      assertThat(values(stacked, p.name())).as(p.name()).isEqualTo(values(lower, source));
    }
  }

  @Test
  void ofAPooledModelTheLayersOverPatchesGrow() {
    ModelConfig all = Presets.named("tiny-pooled");
    Checkpoint lower = lower(all, 1);
    Checkpoint stacked = stacking(all).stacked(lower);
    assertThat(values(stacked, "global.layers.1.ffn.input"))
        .isEqualTo(values(lower, "global.layers.0.ffn.input"));
    assertThat(values(stacked, "decoder.layers.0.ffn.input"))
        .isEqualTo(values(lower, "decoder.layers.0.ffn.input"))
        .isNotEqualTo(values(lower, "encoder.layers.0.ffn.input"));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "4, true", "6, true"})
  void whatLayersShareIsTakenFromTheFirstOfTheirGroup(int group, boolean attentionOutput) {
    ModelConfig all = sharing(new SharingConfig(group, 2, attentionOutput, 2));
    Checkpoint lower = lower(all, 1);
    Checkpoint stacked = stacking(all).stacked(lower);
    ParameterLayout few = ParameterLayout.of(lower.config());
    for (int layer = 0; layer < 6; layer++) {
      String own = "layers." + layer;
      String source = "layers." + layer % 3;
      for (String part :
          List.of(".attention.output", ".ffn.input", ".ffn.output", ".ffn.inputDelta.up")) {
        String stored = ParameterLayout.of(all).resolve(own + part).name();
        if (stored.startsWith(own)) { // else it is that of another layer
          assertThat(values(stacked, stored))
              .as(stored)
              .isEqualTo(values(lower, few.resolve(source + part).name()));
        }
      }
    }
  }

  @Test
  void aLayerThatCopiesTheFirstBeginsWithHalfOfTheFirstOnesValues() {
    ModelConfig all = mixingValues();
    Checkpoint lower = lower(all, 1);
    Checkpoint stacked = stacking(all).stacked(lower);
    assertThat(values(stacked, "layers.2.attention.valueMix")).containsExactly(0.5f, 0.5f);
    assertThat(values(stacked, "layers.3.attention.valueMix"))
        .isEqualTo(values(lower, "layers.1.attention.valueMix"));
  }

  @Test
  void whatTheOptimiserRemembersGoesWithTheLayers() {
    ModelConfig all = mixingValues();
    Stacking stacking = stacking(all);
    Map<String, float[]> lower = moments(stacking.few(), 7);
    Map<String, float[]> out = stacking.stacked(lower, moments(all, 0));
    assertThat(out.keySet()).isEqualTo(moments(all, 0).keySet());
    out.forEach((name, values) ->
        assertThat(values)
            .as(name)
            .containsOnly(name.equals("momentum.layers.2.attention.valueMix") ? 0 : 7));
    Objects.requireNonNull(out.get("momentum.layers.2.ffn.input"))[0] = 1;
    assertThat(out.get("momentum.layers.0.ffn.input")).containsOnly(7);
  }

  private static Map<String, float[]> moments(ModelConfig config, float value) {
    Map<String, float[]> out = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[(int) p.size()];
      Arrays.fill(values, value);
      out.put("momentum." + p.name(), values);
    }
    return out;
  }

  private static Stacking stacking(ModelConfig all) {
    return new Stacking(all.withLayers(GrowthConfig.layersAtFirst(all.layers())), all);
  }

  /** Half of the layers, with values that differ everywhere. */
  private static Checkpoint lower(ModelConfig all, long seed) {
    Checkpoint lower =
        stacking(all).lower(InitialCheckpoint.random(all, new ByteTokenizer(), seed));
    float next = 0;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(lower.config()).stored()) {
      float[] values = new float[(int) p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = next++;
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    return new Checkpoint(lower.config(), lower.tokenizer(), tensors, lower.history());
  }

  private static ModelConfig sharing(SharingConfig sharing) {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    return config(tiny.attention(), tiny.ffn(), 6, Optional.of(sharing));
  }

  private static ModelConfig mixingValues() {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    return config(tiny.attention().withValueResidual(true), tiny.ffn(), 4, Optional.empty());
  }

  private static ModelConfig config(
      AttentionConfig attention, FfnConfig ffn, int layers, Optional<SharingConfig> sharing) {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    return new FlatConfig(
        tiny.vocabularySize(),
        tiny.contextLength(),
        tiny.width(),
        layers,
        attention,
        ffn,
        tiny.normEpsilon(),
        tiny.tiedHead(),
        tiny.ngrams(),
        sharing,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static float[] values(Checkpoint checkpoint, String name) {
    return Objects.requireNonNull(checkpoint.tensors().get(name), name).toFloats();
  }
}
