package dev.stlm.training.internal.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.training.finetune.ClassificationTask;
import dev.stlm.training.finetune.LabelHead;
import dev.stlm.training.finetune.TextClassifier;
import dev.stlm.training.metric.Accuracy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A head for the model that a run has left, fitted on the examples that it learned. */
public final class HeadFitting {
  private HeadFitting() {}

  /**
   * Fits a head on the best model, else the last, and writes it into the directory of the run.
   *
   * @param text file of the examples that were learned
   * @param validation file of examples that were not
   * @return its accuracy on these, if they are there
   */
  public static Optional<Accuracy> run(
      Path run, ClassificationTask task, Path text, Optional<Path> validation, long seed) {
    Path best = run.resolve("best");
    Path directory = Files.isDirectory(best) ? best : run.resolve("last");
    try (LanguageModel model = ModelRuntimes.load(ModelRuntimes.DEFAULT, directory)) {
      LabelHead head = LabelHead.fit(model, task, ExampleFile.read(text, task), seed);
      head.write(run.resolve(LabelHead.FILE));
      TextClassifier classifier = new TextClassifier(model, task, Optional.of(head));
      return validation.map(file -> classifier.accuracy(ExampleFile.read(file, task)));
    }
  }
}
