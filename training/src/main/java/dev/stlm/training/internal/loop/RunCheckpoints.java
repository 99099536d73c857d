package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.History;
import dev.stlm.training.internal.torch.TorchDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a run writes: the checkpoint of its last step, of its best, and of some between. */
final class RunCheckpoints {
  /** A checkpoint is written about this often, at the next step to which a run can go back. */
  private static final double EVERY_SECONDS = 300;

  private final RunSetup setup;
  private final TrainingTexts texts;
  private final RunModel model;
  private final RunProgress progress;
  private final Optional<RunState.TeacherState> teacher;
  private long savedStep;
  private double savedSeconds;

  RunCheckpoints(RunSetup setup, TrainingTexts texts, RunModel model, RunProgress progress) {
    this.setup = setup;
    this.texts = texts;
    this.model = model;
    this.progress = progress;
    this.savedStep = setup.resumed().isPresent() ? progress.step() : -1;
    this.savedSeconds = progress.clock().seconds();
    this.teacher =
        setup
            .teacher()
            .map(t ->
                new RunState.TeacherState(
                    setup.teacherPath().map(RunCheckpoints::absolute),
                    CheckpointHash.of(t.checkpoint()),
                    t.temperature(),
                    t.weight()));
  }

  /** The model now. */
  Checkpoint now() {
    History history =
        historyBefore()
            .plus(
                TrainingEntry.of(
                    setup.config(),
                    progress.step(),
                    progress.clock().times(),
                    progress.trainBitsPerByte(),
                    progress.validationBitsPerByte(),
                    progress.metrics(),
                    texts));
    return model.checkpoint(history);
  }

  /** What was done before this run: a resumed run replaces its own entry. */
  private History historyBefore() {
    History history = setup.start().history();
    List<History.Entry> entries = history.entries();
    return setup.resumed().isPresent() && !entries.isEmpty()
        ? new History(entries.subList(0, entries.size() - 1))
        : history;
  }

  /** Whether the last save is so long ago that the run can lose too much. */
  boolean due() {
    return progress.clock().seconds() - savedSeconds > EVERY_SECONDS;
  }

  /** Whether the state of this step is saved. */
  boolean saved() {
    return savedStep == progress.step();
  }

  /** The step of {@code last/}; below 1 if there is none. */
  long savedStep() {
    return savedStep;
  }

  /** Writes the best model so far. */
  void saveBest(Checkpoint best) {
    setup
        .directory()
        .ifPresent(d -> {
          d.saveBest(best);
          model.learner().adapter().ifPresent(d::saveAdapter);
        });
  }

  /** The best model so far, if one is kept. */
  Optional<Checkpoint> best() {
    return progress.best().isPresent()
        ? setup.directory().map(d -> CheckpointDirectory.open(d.best()))
        : Optional.empty();
  }

  /**
   * Writes the model and all that the run needs to go on.
   *
   * @return where, if the run has a directory
   */
  Optional<Path> save(Checkpoint now) {
    savedStep = progress.step();
    savedSeconds = progress.clock().seconds();
    return setup
        .directory()
        .map(d -> {
          d.save(now, state(), model.learner().moments());
          if (progress.best().isEmpty()) {
            model.learner().adapter().ifPresent(d::saveAdapter);
          }
          if (setup.keptSteps() > 0) {
            d.keepStep(progress.step(), setup.keptSteps());
          }
          return d.last();
        });
  }

  private RunState state() {
    return new RunState(
        RunState.VERSION,
        progress.step(),
        progress.position(),
        progress.clock().times(),
        setup.text().absolute(),
        texts.sha256(),
        setup.validation().map(RunCheckpoints::absolute),
        setup.holdOut(),
        setup.device(),
        TorchDevice.threads(),
        setup.config(),
        progress.best(),
        progress.guard().state(),
        teacher,
        setup.keepZeros(),
        model.growsTo());
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }
}
