package dev.stlm.bench.study;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.InputText;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A study from recipe to report. Runs that are there already are not done again, so a killed study
 * goes on where it was; several processes may share one.
 */
public final class Study {
  /** Patches are measured in so much of the training text. */
  private static final int SAMPLE = 4 << 20;

  /** Bumped where a change of the code changes figures. */
  private static final int VERSION = 2;

  /** Hears how a study goes on. */
  public interface Listener {
    /** A run begins; what it gives hears the training. */
    TrainingListener begins(StudyPlan.Variant variant, long seed, int number, int of);

    /** A run is done, now or earlier. */
    void done(StudyResult result);
  }

  private final StudyPlan plan;
  private final StudyDirectory directory;
  private final StudyRun runner;
  private final String texts;

  /**
   * A study.
   *
   * @param text what is learned
   * @param heldOut what is scored
   * @param out where runs and report go
   * @param threads of training; 0 for one a core
   * @param runtime that scores, by name
   * @throws InvalidInputException if a text can not be read or a variant is refused
   */
  public Study(StudyRecipe recipe, Path text, Path heldOut, Path out, int threads, String runtime) {
    byte[] sample = InputText.start(text, SAMPLE);
    byte[] scored = InputText.start(heldOut, recipe.heldOutBytes());
    if (scored.length < recipe.heldOutBytes()) {
      throw new InvalidInputException(
          heldOut
              + ": has "
              + scored.length
              + " bytes; the recipe's heldOutBytes asks for "
              + recipe.heldOutBytes());
    }
    this.plan = StudyPlan.of(recipe, sample);
    this.directory = new StudyDirectory(out);
    this.runner = new StudyRun(text, scored, threads, runtime);
    this.texts =
        "Learned: %s, %,d bytes, SHA-256 %s. Scored: the first %,d bytes of %s, SHA-256 %s."
            .formatted(
                text.getFileName(),
                size(text),
                InputText.sha256(text).substring(0, 16),
                scored.length,
                heldOut.getFileName(),
                Sha256.hex(scored).substring(0, 16));
  }

  /** Runs what is not there yet and is not being run by others; gives all that is there then. */
  public List<StudyResult> run(Listener listener) {
    List<StudyResult> results = new ArrayList<>();
    int of = plan.variants().size() * plan.recipe().seeds().size();
    int number = 0;
    // seed by seed: an interrupted study has every variant rather than every seed
    for (long seed : plan.recipe().seeds()) {
      for (StudyPlan.Variant v : plan.variants()) {
        number++;
        Optional<StudyResult> result = result(v, seed, number, of, listener);
        result.ifPresent(results::add);
        result.ifPresent(listener::done);
      }
    }
    return results;
  }

  /** Writes {@code study.md} and {@code study.html} and gives the Markdown. */
  public String report(List<StudyResult> results) {
    StudyReport report = new StudyReport(plan, results, texts);
    report.write(directory.root());
    return report.markdown();
  }

  /** What there is already. */
  public List<StudyResult> finished() {
    List<StudyResult> results = new ArrayList<>();
    for (long seed : plan.recipe().seeds()) {
      for (StudyPlan.Variant v : plan.variants()) {
        directory.find(v.name(), seed, fingerprint(v)).ifPresent(results::add);
      }
    }
    return results;
  }

  private Optional<StudyResult> result(
      StudyPlan.Variant v, long seed, int number, int of, Listener listener) {
    String fingerprint = fingerprint(v);
    Optional<StudyResult> known = directory.find(v.name(), seed, fingerprint);
    if (known.isPresent()) {
      return known;
    }
    Optional<StudyDirectory.Claim> claim = directory.claim(v.name(), seed);
    if (claim.isEmpty()) {
      return Optional.empty();
    }
    try (StudyDirectory.Claim _ = claim.get()) {
      // another process may have finished it between the look and the claim
      Optional<StudyResult> meanwhile = directory.find(v.name(), seed, fingerprint);
      if (meanwhile.isPresent()) {
        return meanwhile;
      }
      StudyRun.Outcome outcome =
          runner.run(v, seed, fingerprint, listener.begins(v, seed, number, of));
      directory.save(outcome);
      return Optional.of(outcome.result());
    }
  }

  private String fingerprint(StudyPlan.Variant v) {
    return StudyDirectory.fingerprint(
        VERSION, StrictJson.text(v.config()), v.tokenizer(), StrictJson.line(v.training()), texts);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": can not be read (" + e + "); check the path", e);
    }
  }
}
