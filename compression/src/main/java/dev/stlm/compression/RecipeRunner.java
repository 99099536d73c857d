package dev.stlm.compression;

import dev.stlm.compression.internal.StepFingerprint;
import dev.stlm.compression.internal.StepStore;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the steps of a recipe in order and measures the model after each.
 *
 * <p>The checkpoint of every step is written to the work directory, whole or not at all. A run that
 * was killed goes on where it was: a step is not repeated if its id, settings, seed, input, texts
 * and teacher are those of a finished one. Every step adds an entry to the history. For one thread;
 * two runs must not share a work directory.
 */
public final class RecipeRunner {
  /** The report's name in the work directory. */
  public static final String REPORT = "report.json";

  /** Stands for the hash of what was not given. */
  private static final String NONE = "none";

  private final Recipe recipe;
  private final RecipeJob job;
  private final HeldOutScorer scorer;
  private final Optional<Trainer> trainer;
  private final Listener listener;

  /** Hears how far a run is. */
  public interface Listener {
    /** A step is about to run, or its earlier result about to be taken over. */
    default void starting(int index, int count, CompressionStep step) {}

    /** A step is finished and measured. */
    default void finished(int index, int count, StepReport report) {}
  }

  /**
   * A runner for one job.
   *
   * @param trainer for steps that train, if there is one; see {@link Trainer#find()}
   */
  public RecipeRunner(
      Recipe recipe,
      RecipeJob job,
      HeldOutScorer scorer,
      Optional<Trainer> trainer,
      Listener listener) {
    this.recipe = recipe;
    this.job = job;
    this.scorer = scorer;
    this.trainer = trainer;
    this.listener = listener;
  }

  /**
   * Runs everything, writes the final checkpoint and {@link #REPORT}.
   *
   * @throws InvalidInputException if a file or a setting does not fit; finished steps are kept
   */
  public RecipeReport run() {
    Checkpoint current = CheckpointDirectory.open(job.input());
    byte[] heldOut = InputText.start(job.heldOut(), job.heldOutLimit());
    recipe.steps().forEach(this::requireText);
    String textHash = job.text().map(InputText::sha256).orElse(NONE);
    String teacherHash =
        job.teacher().map(t -> CheckpointHash.of(CheckpointDirectory.open(t))).orElse(NONE);
    prepareDirectories();
    StepStore store = new StepStore(job.workDirectory(), scorer, heldOut);

    String inputHash = CheckpointHash.of(current);
    String hash = inputHash;
    Measurement input = store.measureInput(current, hash, job.input());
    Measurement before = input;
    List<StepReport> reports = new ArrayList<>();
    int count = recipe.steps().size();
    for (int i = 0; i < count; i++) {
      CompressionStep step = recipe.steps().get(i);
      long seed = recipe.seed() + i;
      listener.starting(i, count, step);
      StepFingerprint fingerprint =
          new StepFingerprint(
              step.id(),
              step.settings(),
              seed,
              hash,
              StrictJson.line(current.history()),
              textHash,
              teacherHash);
      Checkpoint start = current;
      StepStore.Outcome outcome =
          store.outcome(
              i, step, fingerprint, () -> apply(step, start, seed, fingerprint.inputHash()));
      StepReport report =
          new StepReport(
              step.id(),
              step.describe(),
              step.settings(),
              seed,
              before,
              outcome.measurement(),
              outcome.seconds(),
              outcome.resumed());
      reports.add(report);
      listener.finished(i, count, report);
      current = outcome.checkpoint();
      hash = outcome.hash();
      before = outcome.measurement();
    }
    CheckpointDirectory.write(current, job.output());
    RecipeReport report = new RecipeReport(inputHash, hash, input, reports);
    StrictJson.write(job.workDirectory().resolve(REPORT), report);
    return report;
  }

  private void requireText(CompressionStep step) {
    if (step.needsText() && job.text().isEmpty()) {
      throw new InvalidInputException(
          "recipe: the step \"" + step.describe() + "\" needs a text; give one (--text FILE)");
    }
  }

  private Checkpoint apply(CompressionStep step, Checkpoint input, long seed, String inputHash) {
    Checkpoint output =
        step.apply(
            input,
            new StepResources(job.text(), job.workDirectory(), seed, trainer, job.teacher()));
    Map<String, String> details = new HashMap<>(step.settings());
    details.put("seed", Long.toString(seed));
    details.put("input", inputHash);
    return output.with(output.tensors(), new History.Entry(step.id(), details));
  }

  private void prepareDirectories() {
    CheckpointDirectory.requireReplaceable(job.output());
    Path work = job.workDirectory();
    if (work.toAbsolutePath().normalize().equals(job.output().toAbsolutePath().normalize())) {
      throw new InvalidInputException(
          work + ": is both the work directory and the output; give different ones");
    }
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
