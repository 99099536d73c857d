package dev.stlm.bench.llamacpp;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import java.util.Optional;

/** The model that speeds are compared on where none is given. */
public final class StandardModel {
  private static final int CONTEXT = 2048;
  private static final long SEED = 1;

  private StandardModel() {}

  /** Random weights: 8 layers of width 512, 8 heads, 1376 hidden channels, bytes. */
  public static Checkpoint checkpoint() {
    FlatConfig config =
        new FlatConfig(
            new ByteTokenizer().vocabularySize(),
            CONTEXT,
            512,
            8,
            new AttentionConfig(8, 8, 64, 10_000, false),
            new FfnConfig(1376, Activation.SWIGLU),
            1e-5,
            true,
            Optional.empty());
    return SharedWeights.random(config, new ByteTokenizer(), SEED);
  }
}
