package dev.stlm.bench.demo;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.cli.ProgressListener;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.nio.file.Path;

/** Trains one of the demo's models from nothing. */
final class DemoTraining {
  private static final int VALIDATIONS = 0;
  private static final int ALL_CORES = 0;

  private final DemoFiles files;
  private final DemoPlan plan;

  DemoTraining(DemoFiles files, DemoPlan plan) {
    this.files = files;
    this.plan = plan;
  }

  /** Trains the teacher and writes it to its directory. */
  void teacher(LossCurve curve) {
    run("teacher.json", plan.teacherSeconds(), curve, files.teacher(), builder -> {});
  }

  /** Trains the student on the text and on the teacher, and writes it to its directory. */
  void student(LossCurve curve) {
    Checkpoint teacher = CheckpointDirectory.open(files.teacher());
    run(
        "student.json",
        plan.studentSeconds(),
        curve,
        files.student(),
        builder -> builder.teacher(teacher, DemoPlan.TEMPERATURE, DemoPlan.TEACHER_WEIGHT));
  }

  private void run(String config, double seconds, LossCurve curve, Path output, Extras extras) {
    ModelConfig model = StrictJson.read(files.out().resolve(config), ModelConfig.class);
    Checkpoint start = InitialCheckpoint.random(model, new ByteTokenizer(), plan.seed());
    TrainingConfig settings =
        TrainingConfig.of(
                Budget.ofSeconds(seconds),
                new BatchConfig(DemoPlan.BATCH, DemoPlan.SEQUENCE, 1),
                OptimizerConfig.of(DemoPlan.LEARNING_RATE))
            .withSeed(plan.seed())
            .withValidations(VALIDATIONS)
            .withThreads(ALL_CORES);
    try (ProgressListener progress = new ProgressListener()) {
      TrainingRun.Builder builder =
          TrainingRun.of(start, files.text(), settings)
              .device("cpu")
              .holdOut(0)
              .listener(progress)
              .listener(curve);
      extras.addTo(builder);
      CheckpointDirectory.write(builder.build().run().checkpoint(), output);
    }
  }

  /** What one run has and another has not. */
  private interface Extras {
    void addTo(TrainingRun.Builder builder);
  }
}
