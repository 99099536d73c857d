package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A run that is stopped on its way, and what has to come of it when it goes on. */
final class InterruptedRun {
  private InterruptedRun() {}

  /** Writes the text that the tests of whole runs learn. */
  static Path text(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("text.txt"),
        "the cat sat on the mat and the dog sat on the log. ".repeat(200));
  }

  /** Runs, and stops after a step. */
  static TrainingResult stopped(TrainingRun.Builder builder, long at) {
    TrainingRun[] run = new TrainingRun[1];
    run[0] =
        builder
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    if (m.step() == at) {
                      run[0].stop();
                    }
                  }
                })
            .build();
    return run[0].run();
  }

  /** Checks that two runs have come to the same weights and the same memory of the optimiser. */
  static void assertSameBits(Path run, Path other) {
    for (String file : List.of("last/model.safetensors", "last/state/optimizer.safetensors")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
    }
  }
}
