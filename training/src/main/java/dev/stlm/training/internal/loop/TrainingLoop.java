package dev.stlm.training.internal.loop;

import ai.djl.ndarray.NDManager;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingListener.StepMetrics;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.internal.torch.Batch;
import dev.stlm.training.internal.torch.Learner;
import dev.stlm.training.internal.torch.Learner.StepResult;
import dev.stlm.training.internal.torch.LearnerSettings;
import dev.stlm.training.internal.torch.Teacher;
import dev.stlm.training.internal.torch.TorchDevice;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The loop: batches, steps, validation, checkpoints, in that order, until the budget is spent. */
public final class TrainingLoop {
  /** Where the texts are; see {@code TrainingRun.Builder}. */
  public record Inputs(TrainingText text, Optional<Path> validation, double holdOut) {}

  /** Steps that the reported training loss is the mean of. */
  private static final int TAIL = 20;

  /** A checkpoint is written at least this often. */
  private static final double SAVE_EVERY_SECONDS = 300;

  private final Checkpoint start;
  private final Optional<RunDirectory.Saved> resumed;
  private final Inputs inputs;
  private final TrainingConfig config;
  private final String device;
  private final Optional<Teacher> teacher;
  private final boolean keepZeros;
  private final Optional<RunDirectory> directory;
  private final List<TrainingListener> listeners;
  private final Schedule schedule;
  private final Deque<Double> tail = new ArrayDeque<>();
  private volatile boolean stopRequested;

  // the run so far
  private long step;
  private double secondsBefore;
  private long startNanos;
  private Optional<Double> best = Optional.empty();
  private OptionalDouble lastValidation = OptionalDouble.empty();
  private long lastSaved = -1;
  private double lastSavedSeconds;

  public TrainingLoop(
      Checkpoint start,
      Optional<RunDirectory.Saved> resumed,
      Inputs inputs,
      TrainingConfig config,
      String device,
      Optional<Teacher> teacher,
      boolean keepZeros,
      Optional<RunDirectory> directory,
      List<TrainingListener> listeners) {
    this.start = start;
    this.resumed = resumed;
    this.inputs = inputs;
    this.config = config;
    this.device = device;
    this.teacher = teacher;
    this.keepZeros = keepZeros;
    this.directory = directory;
    this.listeners = new ArrayList<>(listeners);
    this.schedule = new Schedule(config.optimizer().learningRate(), config.schedule());
  }

  /** Ends the run after its current step. */
  public void stop() {
    stopRequested = true;
  }

  /** Runs; see {@code TrainingRun.run()}. */
  public TrainingResult run() {
    startNanos = System.nanoTime();
    TrainingTexts texts =
        TrainingTexts.open(inputs.text(), inputs.validation(), inputs.holdOut(), start, config);
    teacher.ifPresent(this::requireFits);
    resumed.ifPresent(saved -> restore(saved, texts));
    NDManager manager = TorchDevice.open(device);
    TorchDevice.useThreads(resumed.map(s -> s.state().threads()).orElse(config.threads()));
    if (resumed.isEmpty()) {
      directory.ifPresent(RunDirectory::create);
    }
    try (Learner learner = learner(manager)) {
      resumed.ifPresent(saved -> restoreMoments(learner, saved));
      if (directory.isEmpty()) {
        return loop(learner, texts);
      }
      try (MetricsFile metrics = new MetricsFile(directory.get().metrics(), step)) {
        listeners.add(metrics);
        return loop(learner, texts);
      }
    }
  }

  private TrainingResult loop(Learner learner, TrainingTexts texts) {
    listeners.forEach(l -> l.started(step, config));
    BatchConfig size = config.batch();
    double fraction = config.budget().fraction(step, seconds());
    while (fraction < 1 && !stopRequested) {
      double before = seconds();
      long windowsDone = step * size.sequences() * size.accumulation();
      Batch batch = texts.windows().batch(windowsDone, size.accumulation(), size.sequences());
      step++;
      double rate = schedule.learningRate(config.budget().fraction(step, before));
      StepResult result = learner.step(batch, rate, step);
      requireFinite(result, rate);
      int[] scored = batch.scored();
      double now = seconds();
      double bitsPerByte = bitsPerByte(result.crossEntropy(), scored.length, texts.bytes(scored));
      tail.addLast(bitsPerByte);
      if (tail.size() > TAIL) {
        tail.removeFirst();
      }
      StepMetrics metrics =
          new StepMetrics(
              step,
              bitsPerByte,
              result.loss(),
              result.gradientNorm(),
              rate,
              Math.round(step * size.ids() * texts.bytesPerId()),
              now - before,
              config.budget().fraction(step, now));
      listeners.forEach(l -> l.stepped(metrics));
      double after = config.budget().fraction(step, now);
      boolean due = due(fraction, after);
      if (due) {
        validate(learner, texts);
      }
      if (due || now - lastSavedSeconds > SAVE_EVERY_SECONDS) {
        save(learner, texts);
      }
      fraction = config.budget().fraction(step, seconds());
    }
    if (lastSaved != step) {
      save(learner, texts);
    }
    return new TrainingResult(
        checkpoint(learner, texts),
        step,
        tail.stream().mapToDouble(d -> d).average().orElse(Double.NaN),
        lastValidation,
        fraction < 1);
  }

  /** Whether the run passes one of the evenly spread places for validation. */
  private boolean due(double before, double after) {
    int n = config.validations();
    return n > 0 && Math.floor(before * n) < Math.floor(after * n);
  }

  private void validate(Learner learner, TrainingTexts texts) {
    if (texts.held().isEmpty()) {
      return;
    }
    double nats = 0;
    long ids = 0;
    long bytes = 0;
    for (Batch batch : texts.held()) {
      int[] scored = batch.scored();
      nats += learner.nats(batch);
      ids += scored.length;
      bytes += texts.bytes(scored);
    }
    double bitsPerByte = bitsPerByte(nats / ids, ids, bytes);
    lastValidation = OptionalDouble.of(bitsPerByte);
    listeners.forEach(l -> l.validated(step, bitsPerByte));
    if (best.isEmpty() || bitsPerByte < best.get()) {
      best = Optional.of(bitsPerByte);
      directory.ifPresent(d -> d.saveBest(checkpoint(learner, texts)));
    }
  }

  private void save(Learner learner, TrainingTexts texts) {
    lastSaved = step;
    lastSavedSeconds = seconds();
    if (directory.isEmpty()) {
      return;
    }
    RunDirectory to = directory.get();
    RunState state =
        new RunState(
            RunState.VERSION,
            step,
            seconds(),
            inputs.text().absolute(),
            texts.sha256(),
            inputs.validation().map(p -> p.toAbsolutePath().toString()),
            inputs.holdOut(),
            device,
            TorchDevice.threads(),
            config,
            best);
    to.save(checkpoint(learner, texts), state, learner.moments());
    for (TrainingListener listener : listeners) {
      if (listener instanceof MetricsFile file) {
        file.flush();
      }
      listener.saved(step, to.last());
    }
  }

  private Checkpoint checkpoint(Learner learner, TrainingTexts texts) {
    double loss = tail.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
    History history =
        history().plus(TrainingEntry.of(config, step, seconds(), loss, lastValidation, texts));
    return new Checkpoint(start.config(), start.tokenizer(), learner.weights(), history);
  }

  /** What was done before this run: a resumed run replaces its own entry. */
  private History history() {
    List<History.Entry> entries = start.history().entries();
    return resumed.isPresent() && !entries.isEmpty()
        ? new History(entries.subList(0, entries.size() - 1))
        : start.history();
  }

  private void restore(RunDirectory.Saved saved, TrainingTexts texts) {
    RunState state = saved.state();
    SameText.require(state, inputs.text(), texts.sha256());
    step = state.step();
    secondsBefore = state.seconds();
    best = state.best();
    lastSaved = step;
    lastSavedSeconds = secondsBefore;
  }

  private void restoreMoments(Learner learner, RunDirectory.Saved saved) {
    try {
      learner.restoreMoments(saved.moments());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          directory.map(d -> d.last() + ": ").orElse("")
              + "the optimiser's state does not fit the model ("
              + e.getMessage()
              + "); start a new run from the checkpoint",
          e);
    }
  }

  private void requireFits(Teacher t) {
    int vocabulary = t.checkpoint().config().vocabularySize();
    if (vocabulary != start.config().vocabularySize()) {
      throw new InvalidInputException(
          "distillation: the teacher has %d ids and the student %d; they must be equal"
              .formatted(vocabulary, start.config().vocabularySize()));
    }
    int context = t.checkpoint().config().contextLength();
    if (context < config.batch().sequenceLength()) {
      throw new InvalidInputException(
          "distillation: sequences of %d ids do not fit into the teacher's context of %d; use shorter ones"
              .formatted(config.batch().sequenceLength(), context));
    }
  }

  private void requireFinite(StepResult result, double rate) {
    if (!result.finite()) {
      throw new InvalidInputException(
          "training: the loss is not a number at step %d (learning rate %.3g); use a smaller --lr%s"
              .formatted(
                  step,
                  rate,
                  directory.isPresent() && lastSaved > 0
                      ? "; " + directory.get().last() + " is of step " + lastSaved
                      : ""));
    }
  }

  private Learner learner(NDManager manager) {
    boolean cpu = !manager.getDevice().isGpu();
    return new Learner(
        manager,
        start,
        new LearnerSettings(
            config.optimizer(),
            config.objective(),
            config.precision().resolve(cpu),
            teacher,
            keepZeros));
  }

  /** Seconds of this run, the time before it was resumed included. */
  private double seconds() {
    return secondsBefore + (System.nanoTime() - startNanos) / 1e9;
  }

  private static double bitsPerByte(double natsPerId, long ids, long bytes) {
    return natsPerId / Math.log(2) * ids / bytes;
  }
}
