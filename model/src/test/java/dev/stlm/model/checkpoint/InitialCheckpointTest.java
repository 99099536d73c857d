package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitialCheckpointTest {
  @Test
  void theSameSeedGivesTheSameBitsOnEveryMachine() {
    // pinned: java.util.Random is specified to the bit
    assertThat(CheckpointHash.of(random("tiny", 1))).isEqualTo(PINNED);
    assertThat(CheckpointHash.of(random("tiny", 2))).isNotEqualTo(PINNED);
  }

  /** From a Python transcript of SplitMix64's finaliser and of java.util.Random's specification. */
  @Test
  void theFirstValuesAreThoseOfTheSpecifiedGenerator() {
    assertThat(Arrays.copyOf(random("tiny", 1).tensor("embed").toFloats(), 4))
        .containsExactly(
            new float[] {0.03206278f, -0.007921123f, -0.016610922f, -0.0030723854f}, within(1e-8f));
  }

  @Test
  void valuesFollowTheInitOfTheLayout() {
    Checkpoint nano = random("nano", 3);
    assertThat(nano.tensor("norm").toFloats()).containsOnly(1);
    assertThat(nano.tensor("layers.0.ffn.output").toFloats()).containsOnly(0);
    float[] input = nano.tensor("layers.0.ffn.input").toFloats();
    double sum = 0;
    double squares = 0;
    for (float value : input) {
      sum += value;
      squares += value * value;
    }
    double deviation = 1 / Math.sqrt(128);
    // 65 536 draws: five standard errors of mean and of deviation
    assertThat(sum / input.length).isEqualTo(0, within(5 * deviation / 256));
    assertThat(Math.sqrt(squares / input.length))
        .isEqualTo(deviation, within(5 * deviation / (256 * Math.sqrt(2))));
    assertThat(nano.tensor("layers.1.ffn.input").toFloats()).isNotEqualTo(input);
    assertThat(nano.tensor("head")).isSameAs(nano.tensor("embed"));
  }

  @Test
  void aParameterTooLargeForAnArrayIsRefused() {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    ModelConfig large =
        new FlatConfig(
            260,
            64,
            16,
            2,
            tiny.attention(),
            tiny.ffn(),
            1e-5,
            true,
            Optional.of(new NgramConfig(List.of(2), 1 << 24, 1 << 16)));
    assertThatThrownBy(() -> InitialCheckpoint.random(large, new ByteTokenizer(), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ngram.2.table would have 1099511627776 values");
  }

  @Test
  void aTokenizerOfAnotherSizeIsRefused() {
    FlatConfig tiny = (FlatConfig) Presets.named("tiny");
    ModelConfig larger =
        new FlatConfig(300, 64, 16, 2, tiny.attention(), tiny.ffn(), 1e-5, true, Optional.empty());
    assertThatThrownBy(() -> InitialCheckpoint.random(larger, new ByteTokenizer(), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the tokenizer has 260 ids and the config's vocabularySize is 300");
  }

  private static final String PINNED =
      "5d1f41dae727ab6123bcfee0cb146bfb0a8bfc51d566e6fbf3ff058522911c04";

  private static Checkpoint random(String preset, long seed) {
    return InitialCheckpoint.random(Presets.named(preset), new ByteTokenizer(), seed);
  }
}
