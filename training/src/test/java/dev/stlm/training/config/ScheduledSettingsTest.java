package dev.stlm.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change over a run: dropout and the size of a step. */
class ScheduledSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0, 0.2",
    "CONSTANT, 0.7, 0.2",
    "CONSTANT, 1, 0.2",
    "LINEAR, 0, 0",
    "LINEAR, 0.25, 0.05",
    "LINEAR, 1, 0.2",
    "TRIANGLE, 0, 0",
    "TRIANGLE, 0.25, 0.1",
    "TRIANGLE, 0.5, 0.2",
    "TRIANGLE, 0.75, 0.1",
    "TRIANGLE, 1, 0"
  })
  void dropoutFollowsItsShape(DropoutConfig.Shape shape, double fraction, double expected) {
    assertThat(new DropoutConfig(shape, 0.2).rate(fraction))
        .isCloseTo(expected, Offset.offset(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 32, 128",
    "0.24, 32, 128",
    "0.25, 16, 256",
    "0.49, 16, 256",
    "0.5, 8, 512",
    "1, 8, 512"
  })
  void aRampMayLeaveTheIdsOfAStepAsTheyAre(double fraction, int sequences, int length) {
    BatchConfig batch = new BatchConfig(8, 512, 2).with(new RampConfig(32, 128, 0.5));
    assertThat(batch.size(fraction)).isEqualTo(new Size(sequences, length));
  }

  @ParameterizedTest
  @CsvSource({"0, 2, 256", "0.24, 2, 256", "0.25, 4, 256", "0.5, 8, 512", "0.9, 8, 512"})
  void aRampMayMakeThemMore(double fraction, int sequences, int length) {
    BatchConfig batch = new BatchConfig(8, 512, 1).with(new RampConfig(2, 256, 0.5));
    assertThat(batch.size(fraction)).isEqualTo(new Size(sequences, length));
  }

  @Test
  void aRampThatDoesNotEndAtTheBatchIsRefused() {
    BatchConfig batch = new BatchConfig(8, 512, 1);
    assertThatThrownBy(() -> batch.with(new RampConfig(8, 100, 0.5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ramp.sequenceLength is 100");
    assertThatThrownBy(() -> batch.with(new RampConfig(8, 1024, 0.5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ramp.sequenceLength is 1024");
    assertThatThrownBy(() -> batch.with(new RampConfig(3, 128, 0.5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ramp.sequences is 3");
  }
}
