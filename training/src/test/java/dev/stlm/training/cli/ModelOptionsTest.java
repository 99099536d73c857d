package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.GrowthConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Options of {@code train} for the model that a run starts from. */
class ModelOptionsTest {
  @Test
  void aModelGrowsIfAsked() {
    assertThat(options("--grow=0.3").growth()).contains(new GrowthConfig(0.3));
    assertThat(options().growth()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-0.5", "1.5", "NaN"})
  void aShareThatIsNoneIsRefused(String share) {
    assertThatThrownBy(() -> options("--grow=" + share).growth())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("; allowed: above 0, below 1");
  }

  @Test
  void aTrainedModelDoesNotGrow() {
    assertThatThrownBy(() -> options("--grow=0.3", "--from=trained").start(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "train: --grow is for a new model, and that of --from has its layers; leave it out");
  }

  private static ModelOptions options(String... arguments) {
    ModelOptions options = new ModelOptions();
    new CommandLine(CommandSpec.forAnnotatedObject(options)).parseArgs(arguments);
    return options;
  }
}
