package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.TrainingRun;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run learns from, or keeps, besides the text. */
final class TeacherOptions {
  private static final double TEMPERATURE = 2;
  private static final double WEIGHT = 0.5;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "Learn from this checkpoint too: its tokenizer must be that of the model.")
  private @Nullable Path teacher;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Softens teacher and model when they are compared; default: 2.")
  private @Nullable Double temperature;

  @Option(
      names = "--distil-weight",
      paramLabel = "W",
      description = "Share of the teacher in the loss, 0 to 1; default: 0.5.")
  private @Nullable Double weight;

  @Option(
      names = "--keep-zeros",
      description = "Keep values at zero that are zero in --from, as after pruning.")
  private boolean keepZeros;

  /** Tells a new run. */
  void addTo(TrainingRun.Builder run) {
    if (teacher == null && (temperature != null || weight != null)) {
      throw new InvalidInputException(
          "train: --temperature and --distil-weight are for a --teacher; give one, or leave them"
              + " out");
    }
    if (teacher != null) {
      run.teacher(
          teacher,
          temperature != null ? temperature : TEMPERATURE,
          weight != null ? weight : WEIGHT);
    }
    if (keepZeros) {
      run.keepZeros();
    }
  }

  /** Tells a run that is resumed, where its teacher has another path now. */
  void addToResumed(TrainingRun.Builder run) {
    if (teacher != null) {
      run.teacher(teacher);
    }
  }
}
