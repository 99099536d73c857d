package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.RampConfig;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Options of {@code train} for what is minimised, and for how much is read at once. */
class ObjectiveOptionsTest {
  @Test
  void optionsMakeAnObjective() {
    assertThat(
            objective(
                "--next-patch-weight=0.5",
                "--masked=0.25",
                "--dropout=0.1",
                "--dropout-shape=triangle"))
        .isEqualTo(
            new ObjectiveConfig(
                0.3,
                0.5,
                Optional.of(new MaskingConfig(0.25, 0.2, 6)),
                Optional.of(new DropoutConfig(DropoutConfig.Shape.TRIANGLE, 0.1))));
    assertThat(objective()).isEqualTo(ObjectiveConfig.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "--mask-rate=0.1, --mask-rate says nothing without --masked",
    "--mask-span=3, --mask-span says nothing without --masked",
    "--dropout-shape=linear, --dropout-shape says nothing without --dropout",
    "--dropout=1.0, dropout.rate is 1.0",
    "--masked=0, masking.share is 0.0"
  })
  void whatSaysNothingOrDoesNotFitIsRefused(String option, String why) {
    assertThatThrownBy(() -> objective(option))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aRampOfLengthsLeavesTheIdsOfAStepUnlessABatchIsGiven() {
    BatchConfig last = new BatchConfig(8, 512, 1);
    assertThat(batch("--ramp-sequence=128")).isEqualTo(last.with(new RampConfig(32, 128, 0.5)));
    assertThat(batch("--ramp-sequence=128", "--ramp-batch=8", "--ramp-until=0.25"))
        .isEqualTo(last.with(new RampConfig(8, 128, 0.25)));
    assertThat(batch("--ramp-batch=2")).isEqualTo(last.with(new RampConfig(2, 512, 0.5)));
    assertThat(batch()).isEqualTo(last);
    assertThatThrownBy(() -> batch("--ramp-until=0.5"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--ramp-until says nothing without");
    assertThatThrownBy(() -> batch("--ramp-sequence=0"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ramp.sequenceLength is 0");
  }

  private static ObjectiveConfig objective(String... arguments) {
    ObjectiveOptions options = new ObjectiveOptions();
    parse(options, arguments);
    return options.objective();
  }

  private static BatchConfig batch(String... arguments) {
    BatchOptions options = new BatchOptions();
    parse(options, arguments);
    return options.batch(512, 8);
  }

  private static void parse(Object options, String... arguments) {
    new CommandLine(
            CommandSpec.create().addMixin("options", CommandSpec.forAnnotatedObject(options)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(arguments);
  }
}
