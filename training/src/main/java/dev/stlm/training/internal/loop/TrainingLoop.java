package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.RunTimes;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.loop.RunClock.Part;
import dev.stlm.training.internal.tensorboard.EventFile;
import dev.stlm.training.internal.torch.Learner;
import dev.stlm.training.internal.torch.Teacher;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run: opens and checks what it is made of, or what it goes on with, and does the steps. */
public final class TrainingLoop {
  private final RunSetup setup;
  private final TrainingConfig config;
  private volatile boolean stopRequested;

  public TrainingLoop(RunSetup setup) {
    this.setup = setup;
    this.config = setup.config();
  }

  /** Ends the run after its current step. */
  public void stop() {
    stopRequested = true;
  }

  /** Runs; see {@code TrainingRun.run()}. */
  public TrainingResult run() {
    Optional<RunState> state = setup.resumed().map(RunDirectory.Saved::state);
    RunClock clock =
        new RunClock(System::nanoTime, state.map(RunState::times).orElse(RunTimes.NONE));
    RunProgress progress =
        new RunProgress(
            clock,
            new Guard(state.map(RunState::guard).orElse(Guard.State.CALM)),
            state.map(RunState::step).orElse(0L),
            state.map(RunState::position).orElse(0L),
            state.flatMap(RunState::best));
    TrainingTexts texts = clock.in(Part.SET_UP, this::texts);
    try (RunModel model = clock.in(Part.SET_UP, this::model)) {
      if (setup.directory().isEmpty()) {
        return steps(texts, model, progress, setup.listeners());
      }
      RunDirectory directory = setup.directory().get();
      try (MetricsFile metrics = new MetricsFile(directory.metrics(), progress.step());
          EventFile events = new EventFile(directory.tensorboard(), InstantSource.system())) {
        List<TrainingListener> listeners = new ArrayList<>(setup.listeners());
        listeners.add(metrics);
        listeners.add(events);
        return steps(texts, model, progress, listeners);
      }
    }
  }

  private TrainingResult steps(
      TrainingTexts texts, RunModel model, RunProgress progress, List<TrainingListener> listeners) {
    return new StepLoop(setup, texts, model, progress, listeners).run(() -> stopRequested);
  }

  private TrainingTexts texts() {
    TrainingTexts texts =
        TrainingTexts.open(
            setup.text(), setup.validation(), setup.holdOut(), setup.start(), config);
    setup.teacher().ifPresent(this::requireFits);
    RunModel.requireFits(setup);
    StepInputs.requireFits(config, texts.tokenizer());
    Learner.requireFits(setup.start().config(), config.objective());
    setup.resumed().ifPresent(saved -> requireSame(saved.state(), texts));
    return texts;
  }

  private RunModel model() {
    RunModel model = RunModel.open(setup);
    try {
      setup.resumed().ifPresent(saved -> restoreMoments(model.learner(), saved));
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void requireSame(RunState state, TrainingTexts texts) {
    SameText.require(state, setup.text(), texts.sha256());
    if (state.teacher().isPresent()) {
      String where = setup.teacherPath().map(p -> p + ": ").orElse("training: ");
      boolean same =
          setup
              .teacher()
              .map(t -> CheckpointHash.of(t.checkpoint()).equals(state.teacher().get().sha256()))
              .orElse(false);
      if (!same) {
        throw new InvalidInputException(
            where
                + "is not the teacher that the run began with (its SHA-256 differs); give that"
                + " teacher, or start a new run from the checkpoint");
      }
    }
  }

  private void restoreMoments(Learner learner, RunDirectory.Saved saved) {
    try {
      learner.restoreMoments(saved.moments());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          setup.directory().map(d -> d.last() + ": ").orElse("")
              + "the optimiser's state does not fit the model ("
              + e.getMessage()
              + "); start a new run from the checkpoint",
          e);
    }
  }

  private void requireFits(Teacher t) {
    int vocabulary = t.checkpoint().config().vocabularySize();
    if (vocabulary != setup.start().config().vocabularySize()) {
      throw new InvalidInputException(
          "distillation: the teacher has %d ids and the student %d; they must be equal"
              .formatted(vocabulary, setup.start().config().vocabularySize()));
    }
    int context = t.checkpoint().config().contextLength();
    if (context < config.batch().sequenceLength()) {
      throw new InvalidInputException(
          "distillation: sequences of %d ids do not fit into the teacher's context of %d; use shorter ones"
              .formatted(config.batch().sequenceLength(), context));
    }
  }
}
