package dev.stlm.docs.compose;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.compression.Recipe;
import dev.stlm.compression.StepResources;
import dev.stlm.compression.StepTypes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RandomPruningTest {
  private static final String QKV = "layers.0.attention.qkv";
  private final Checkpoint model =
      InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 1);

  @Test
  void zeroesAboutTheShareOfProjectionsAndNoEmbedding() {
    Checkpoint pruned = new RandomPruning(0.3).apply(model, resources(1));
    assertThat(zeros(pruned, QKV)).isCloseTo(0.3, within(0.01));
    assertThat(zeros(pruned, "embed")).isLessThan(0.001);
  }

  @Test
  void theSeedDecidesWhichWeights() {
    RandomPruning step = new RandomPruning(0.3);
    String once = CheckpointHash.of(step.apply(model, resources(1)));
    assertThat(CheckpointHash.of(step.apply(model, resources(1)))).isEqualTo(once);
    assertThat(CheckpointHash.of(step.apply(model, resources(2)))).isNotEqualTo(once);
  }

  @Test
  void isFoundByRecipesAndListed() {
    assertThat(StepTypes.help()).containsKey("prune.random");
    assertThat(
            Recipe.parse(
                    "{\"version\":1,\"steps\":[{\"type\":\"prune.random\",\"sparsity\":0.3}]}",
                    "test")
                .steps())
        .containsExactly(new RandomPruning(0.3));
  }

  @Test
  void aWrongKeyIsRefusedByName() {
    assertThatThrownBy(() ->
            Recipe.parse(
                "{\"version\":1,\"steps\":[{\"type\":\"prune.random\",\"share\":0.3,\"sparsity\":0}]}",
                "test"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("test: step 1: prune.random: unknown key share; allowed: sparsity");
  }

  private static double zeros(Checkpoint checkpoint, String name) {
    float[] values = requireNonNull(checkpoint.tensors().get(name)).toFloats();
    int zeros = 0;
    for (float f : values) {
      if (f == 0) {
        zeros++;
      }
    }
    return zeros / (double) values.length;
  }

  private static StepResources resources(long seed) {
    return new StepResources(
        Optional.empty(), Path.of("none"), seed, Optional.empty(), Optional.empty());
  }
}
