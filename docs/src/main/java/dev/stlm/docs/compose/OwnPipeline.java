package dev.stlm.docs.compose;

import dev.stlm.compression.HeldOutScorer;
import dev.stlm.compression.Recipe;
import dev.stlm.compression.RecipeJob;
import dev.stlm.compression.RecipeReport;
import dev.stlm.compression.RecipeRunner;
import dev.stlm.compression.Trainer;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.nio.file.Path;
import java.util.Optional;

/** Trains a model with an own tokenizer and compresses it with an own step. */
public final class OwnPipeline {
  private static final String PAIRS =
      String.join("", "e ", "th", "he", "t ", "in", "er", "an", "s ", " a", "on", "d ");

  private OwnPipeline() {}

  // @start region="train"
  /** Trains a small model for some steps and writes it to a checkpoint directory. */
  public static void train(Path text, int steps, Path directory) {
    Tokenizer tokenizer = new PairTokenizer(PAIRS);
    FlatConfig config =
        new FlatConfig(
            tokenizer.vocabularySize(),
            128, // context length
            64, // width
            2, // layers
            new AttentionConfig(4, 2, 16, 10_000, true),
            new FfnConfig(192, Activation.SWIGLU),
            1e-5,
            true, // the output head is the embedding
            Optional.empty());
    Checkpoint start = InitialCheckpoint.random(config, tokenizer, 1);
    TrainingConfig settings =
        TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(8, 128, 1), OptimizerConfig.of(3e-3));
    Checkpoint trained = TrainingRun.of(start, text, settings).build().run().checkpoint();
    CheckpointDirectory.write(trained, directory);
  }

  // @end

  // @start region="compress"
  /** Prunes by chance, recovers by training, quantises; prints what each step did. */
  public static RecipeReport compress(Path model, Path text, Path heldOut, Path output) {
    Recipe recipe =
        Recipe.parse(
            """
            {"version": 1, "seed": 7, "steps": [
              {"type": "prune.random", "sparsity": 0.3},
              {"type": "distil", "weight": 0, "steps": 10, "batchSize": 8, "keepZeros": true},
              {"type": "quantise.int8"}]}
            """,
            "own recipe");
    RecipeJob job =
        new RecipeJob(
            model,
            output,
            output.resolveSibling(output.getFileName() + ".steps"),
            Optional.of(text),
            heldOut,
            1 << 14, // bytes of the held-out text to score
            Optional.empty());
    RecipeReport report =
        new RecipeRunner(
                recipe,
                job,
                HeldOutScorer.onCpu(_ -> {}),
                Trainer.find(),
                new RecipeRunner.Listener() {})
            .run();
    System.out.print(report.table());
    return report;
  }
  // @end
}
