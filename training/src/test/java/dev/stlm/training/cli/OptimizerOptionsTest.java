package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.ScheduleConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OptimizerOptionsTest {
  @Test
  void optionsChangeWhatAnOptimiserUsuallyHas() {
    OptimizerConfig muon = OptimizerConfig.named("muon");
    assertThat(parsed().optimizer(false)).isEqualTo(muon);
    assertThat(parsed().optimizer(true)).isEqualTo(OptimizerConfig.named("adamw"));
    assertThat(parsed("--optimizer", "adamw").optimizer(false))
        .isEqualTo(OptimizerConfig.named("adamw"));
    assertThat(
            parsed("--optimizer", "muon", "--lr", "0.01", "--weight-decay", "0", "--clip", "2")
                .optimizer(false))
        .isEqualTo(muon.with(0.01, 0, 2));
  }

  @Test
  void optionsChangeWhatAScheduleUsuallyHas() {
    assertThat(parsed().schedule()).isEqualTo(ScheduleConfig.DEFAULT);
    assertThat(parsed("--schedule", "wsd", "--warmup", "0.1", "--decay", "0.3").schedule())
        .isEqualTo(new ScheduleConfig(ScheduleConfig.Shape.SQRT, 0.1, 0.3, 0));
  }

  @Test
  void weightsAreAveragedWhereAsked() {
    assertThat(parsed().averaging()).isEmpty();
    assertThat(parsed("--ema", "0.99").averaging()).contains(new AveragingConfig(0.99));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--optimizer sgd|unknown optimizer \"sgd\"; allowed: adamw, muon",
        "--schedule step|unknown schedule \"step\"; allowed: cosine, linear, wsd",
        "--ema 1|training: averaging.decay is 1.0; allowed: 0 to 0.999999",
        "--warmup -1|training: warmupFraction is -1.0; allowed: 0 to 1.0",
        "--decay 2|training: decayFraction is 2.0; allowed: 0 to 1.0",
        "--clip 0|training: clip is 0.0; allowed: above 0, to 1e9",
        "--weight-decay NaN|training: weightDecay is NaN; allowed: 0 to 100"
      })
  void whatDoesNotFitIsOneLine(String arguments, String line) {
    OptimizerOptions options = parsed(arguments.split(" "));
    assertThatThrownBy(
            () -> {
              var _ = options.optimizer(false);
              var _ = options.schedule();
              var _ = options.averaging();
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(line);
  }

  private static OptimizerOptions parsed(String... arguments) {
    return CommandLine.populateCommand(new OptimizerOptions(), arguments);
  }
}
