package dev.stlm.bench.study;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.accounting.Accounting;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.score.BitsPerByte;
import dev.stlm.model.score.Score;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.TrainingConfig;
import java.nio.file.Path;
import java.util.Map;

/** Trains one variant with one seed and scores it on the held-out text, by one of the runtimes. */
final class StudyRun {
  private final Path text;
  private final byte[] heldOut;
  private final int threads;
  private final String runtime;

  /**
   * Runs of a plan.
   *
   * @param heldOut what is scored, not empty
   * @param threads of training; 0 for one a core
   * @param runtime that scores
   */
  StudyRun(Path text, byte[] heldOut, int threads, String runtime) {
    this.text = text;
    this.heldOut = heldOut;
    this.threads = threads;
    this.runtime = runtime;
  }

  /** A trained model and its figures. */
  record Outcome(Checkpoint checkpoint, StudyResult result) {}

  Outcome run(StudyPlan.Variant v, long seed, String fingerprint, TrainingListener listener) {
    Checkpoint start =
        InitialCheckpoint.random(v.config(), Tokenizers.create(v.tokenizer(), Map.of()), seed);
    TrainingConfig settings = v.training().withSeed(seed).withThreads(threads);
    Cost cost = new Cost();
    Checkpoint trained =
        TrainingRun.of(start, text, settings)
            .device("cpu")
            .holdOut(0)
            .listener(cost)
            .listener(listener)
            .build()
            .run()
            .checkpoint();
    Score score;
    try (LanguageModel model = ModelRuntimes.load(runtime, trained)) {
      score = BitsPerByte.measure(model, heldOut);
    }
    long ids = cost.steps * settings.batch().ids();
    double bytesPerId = (double) cost.bytes / ids;
    StudyResult result =
        new StudyResult(
            v.name(),
            v.group(),
            seed,
            fingerprint,
            Accounting.of(v.config(), v.bytesPerPatch()).parameters(),
            cost.steps,
            v.flopsPerId() * ids,
            cost.bytes,
            cost.seconds,
            v.flopsPerId() / 3 / bytesPerId,
            v.bytesPerPatch(),
            score.bitsPerByte(),
            score.standardError(),
            heldOut.length);
    return new Outcome(trained, result);
  }

  /** Adds up what the steps read and took. */
  private static final class Cost implements TrainingListener {
    private long steps;
    private long bytes;
    private double seconds;

    @Override
    public void stepped(StepMetrics metrics) {
      steps = metrics.step();
      bytes = metrics.bytes();
      seconds += metrics.seconds();
    }
  }
}
