package dev.stlm.training;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.internal.loop.RunDirectory;
import dev.stlm.training.internal.loop.RunSetup;
import dev.stlm.training.internal.loop.RunState;
import dev.stlm.training.internal.loop.TrainingLoop;
import dev.stlm.training.internal.torch.Teacher;
import dev.stlm.training.outer.OuterLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One training run: set up with a {@link Builder}, run once.
 *
 * <pre>{@code
 * Checkpoint start = InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 1);
 * TrainingResult result =
 *     TrainingRun.of(start, Path.of("text.txt"), config).output(Path.of("run")).build().run();
 * }</pre>
 *
 * <p>{@link #run()} works on the calling thread; {@link #stop()} may be called from any other. Only
 * one run a process computes at a time: PyTorch's threads are shared by all of it.
 */
public final class TrainingRun {
  private final TrainingLoop loop;

  private TrainingRun(Builder b) {
    this.loop =
        new TrainingLoop(
            new RunSetup(
                b.start,
                b.resumed,
                b.text,
                b.validation,
                b.holdOut,
                b.config,
                b.device,
                b.teacher,
                b.teacherPath,
                b.keepZeros,
                b.output.map(RunDirectory::new),
                b.keptSteps,
                b.sampleBytes,
                b.outer,
                b.listeners));
  }

  /**
   * A new run.
   *
   * @param start the model to train, dense
   * @param text what it learns: a text file or a prepared directory
   */
  public static Builder of(Checkpoint start, Path text, TrainingConfig config) {
    return of(start, TrainingText.of(text), config);
  }

  /** A new run on a mixture of texts. */
  public static Builder of(Checkpoint start, TrainingText text, TrainingConfig config) {
    return new Builder(start, text, config, Optional.empty());
  }

  /**
   * Goes on with a run that wrote to a directory, with the settings that it had.
   *
   * @throws InvalidInputException if the directory holds no run, or a damaged one
   */
  public static Builder resume(Path output) {
    RunDirectory.Saved saved = new RunDirectory(output).load();
    RunState state = saved.state();
    Builder builder =
        new Builder(saved.checkpoint(), state.text(), state.config(), Optional.of(saved));
    builder.validation = state.validation().map(Path::of);
    builder.holdOut = state.holdOut();
    builder.device = state.device();
    builder.keepZeros = state.keepZeros();
    builder.output = Optional.of(output);
    return builder;
  }

  /**
   * Trains to the end of the budget, or until {@link #stop()}.
   *
   * <p>A step whose loss is not a number is undone: the run goes back to the last weights that it
   * remembered, leaves the data of that step out, and learns at half the rate for 200 steps.
   *
   * @throws InvalidInputException if texts, settings or files do not fit, the loss is not a number
   *     again and again, or a checkpoint can not be written; the last checkpoint is then as it was
   */
  public TrainingResult run() {
    return loop.run();
  }

  /** Asks the run to end after the step that it is at, writing a checkpoint; returns at once. */
  public void stop() {
    loop.stop();
  }

  /** Collects what a run needs; not thread-safe. */
  public static final class Builder {
    private final Checkpoint start;
    private final TrainingConfig config;
    private final Optional<RunDirectory.Saved> resumed;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private TrainingText text;
    private Optional<Path> validation = Optional.empty();
    private double holdOut = 0.01;
    private String device = "auto";
    private Optional<Teacher> teacher = Optional.empty();
    private boolean keepZeros;
    private Optional<Path> teacherPath = Optional.empty();
    private Optional<Path> output = Optional.empty();
    private int keptSteps;
    private int sampleBytes;
    private Optional<OuterLoop> outer = Optional.empty();

    private Builder(
        Checkpoint start,
        TrainingText text,
        TrainingConfig config,
        Optional<RunDirectory.Saved> resumed) {
      this.start = start;
      this.text = text;
      this.config = config;
      this.resumed = resumed;
    }

    /**
     * Measures on this text, or the validation split of this prepared directory, instead of a part
     * of the training text.
     */
    public Builder validation(Path file) {
      this.validation = Optional.of(file);
      return this;
    }

    /**
     * Holds a part of the training text out for validation where no other text is given: of
     * prepared data the validation split, of a text file this share.
     *
     * @param share at the end of the file, from 0 (no validation) to 0.5; 0.01 by default
     */
    public Builder holdOut(double share) {
      if (!(share >= 0 && share <= 0.5)) {
        throw new InvalidInputException("training: holdOut is " + share + "; allowed: 0 to 0.5");
      }
      this.holdOut = share;
      return this;
    }

    /** Where a resumed run finds its text now; it must be the same text. */
    public Builder text(Path file) {
      return text(TrainingText.of(file));
    }

    /** Where a resumed run finds its texts now; they must be the same texts. */
    public Builder text(TrainingText files) {
      this.text = files.withinDocuments(text.withinDocuments());
      return this;
    }

    /**
     * Computes on {@code cpu}, {@code gpu}, or {@code auto}, the default: a GPU if there is one.
     */
    public Builder device(String name) {
      this.device = name;
      return this;
    }

    /**
     * Learns from a teacher as well: loss = (1 − weight) · cross-entropy + weight · T² ·
     * KL(teacher_T ‖ student_T) (Hinton et al. 2015, arXiv 1503.02531).
     *
     * @param model with the vocabulary of the student and a context at least as long as a sequence
     * @param temperature T &gt; 0
     * @param weight from 0 to 1
     */
    public Builder teacher(Checkpoint model, double temperature, double weight) {
      this.teacher = Optional.of(new Teacher(model, temperature, weight));
      return this;
    }

    /**
     * The same with the teacher in a directory, which a resumed run opens by itself.
     *
     * @throws InvalidInputException if the directory is not a checkpoint
     */
    public Builder teacher(Path directory, double temperature, double weight) {
      teacher(CheckpointDirectory.open(directory), temperature, weight);
      this.teacherPath = Optional.of(directory);
      return this;
    }

    /** Where a resumed run finds its teacher now; it must be the same teacher. */
    public Builder teacher(Path directory) {
      RunState.TeacherState state =
          resumed
              .flatMap(saved -> saved.state().teacher())
              .orElseThrow(() ->
                  new InvalidInputException(
                      "training: the run has no teacher; leave it out, or start a new run"));
      return teacher(directory, state.temperature(), state.weight());
    }

    /**
     * Keeps values at zero that are zero at the start; in a resumed run, those that are zero then.
     */
    public Builder keepZeros() {
      this.keepZeros = true;
      return this;
    }

    /** Writes checkpoints ({@code last/}, {@code best/}) and {@code metrics.jsonl} here. */
    public Builder output(Path directory) {
      this.output = Optional.of(directory);
      return this;
    }

    /**
     * Keeps the checkpoints of the last saves as well, in {@code steps/STEP}.
     *
     * @param most of them, from 0, the default, to 10000
     */
    public Builder keepSteps(int most) {
      if (most < 0 || most > 10_000) {
        throw new InvalidInputException("training: keep is " + most + "; allowed: 0 to 10000");
      }
      this.keptSteps = most;
      return this;
    }

    /**
     * Writes a text after a piece of the held-out text at every validation, for the listeners.
     *
     * @param bytes of a text, at most; 0, the default, for none
     */
    public Builder samples(int bytes) {
      this.sampleBytes = bytes;
      return this;
    }

    /** Trains with other workers. */
    public Builder outer(OuterLoop worker) {
      this.outer = Optional.of(worker);
      return this;
    }

    /** Adds a listener. */
    public Builder listener(TrainingListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * The run.
     *
     * @throws InvalidInputException if a resumed run needs a teacher that is not there
     */
    public TrainingRun build() {
      Optional<RunState.TeacherState> known = resumed.flatMap(saved -> saved.state().teacher());
      if (known.isPresent() && teacher.isEmpty()) {
        teacher(
            known
                .get()
                .path()
                .map(Path::of)
                .orElseThrow(() ->
                    new InvalidInputException(
                        "training: the run learns from a teacher that has no path; give the"
                            + " directory of that teacher")));
      }
      return new TrainingRun(this);
    }
  }
}
