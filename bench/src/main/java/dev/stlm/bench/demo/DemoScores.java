package dev.stlm.bench.demo;

import dev.stlm.bench.eval.Evaluation;
import dev.stlm.bench.eval.LocalModel;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Scores a stage of the demo on the first documents of every BLiMP paradigm. */
final class DemoScores {
  static final int DOCUMENTS = 10;

  private DemoScores() {}

  /**
   * Scores one model.
   *
   * @param results gets a directory named after the model and its hash, so that a new run of the
   *     demo does not meet the results of an older model
   */
  static ResultSet score(Path model, Path results) {
    Tasks tasks = Tasks.installed();
    TaskSettings settings =
        new TaskSettings(
            Optional.of((double) DOCUMENTS),
            OptionalInt.empty(),
            TaskSettings.DEFAULT_SEED,
            Optional.empty(),
            Optional.empty());
    try (LocalModel loaded =
        LocalModel.open(model, 0, "cpu", Runtime.getRuntime().availableProcessors())) {
      Path directory =
          results.resolve("%s-%.8s".formatted(model.getFileName(), loaded.facts().hash()));
      return new Evaluation(tasks, settings, directory, Evaluation.Listener.NONE)
          .run(loaded, tasks.select(List.of("blimp")));
    }
  }
}
