package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.ByteTokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Checkpoints of a few thousand random weights, and resources without a trainer. */
public final class SmallModels {
  private SmallModels() {}

  /** A tied flat decoder with n-gram tables narrower than the model; widths divide by 8. */
  public static FlatConfig tied() {
    return config(true, Optional.of(new NgramConfig(List.of(2, 3), 32, 8)));
  }

  /** A flat decoder with a head of its own. */
  public static FlatConfig untied() {
    return config(false, Optional.empty());
  }

  /** Normal weights, gains too, from a seed. */
  public static Checkpoint random(FlatConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[Math.toIntExact(p.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    return new Checkpoint(config, new ByteTokenizer(), tensors, History.empty());
  }

  /** Resources with neither trainer nor teacher. */
  public static StepResources nothing() {
    return new StepResources(
        Optional.empty(), Path.of("no-directory"), 0, Optional.empty(), Optional.empty());
  }

  private static FlatConfig config(boolean tiedHead, Optional<NgramConfig> ngrams) {
    return new FlatConfig(
        260,
        64,
        16,
        2,
        new AttentionConfig(2, 1, 8, 10_000, true),
        new FfnConfig(24, Activation.SWIGLU),
        1e-5,
        tiedHead,
        ngrams);
  }
}
