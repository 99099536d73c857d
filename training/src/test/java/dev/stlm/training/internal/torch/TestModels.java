package dev.stlm.training.internal.torch;

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
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Small models with random values everywhere, gains and output projections included. */
public final class TestModels {
  private TestModels() {}

  /** SwiGLU, grouped heads, query-key norm, tied head, n-grams with a projection. */
  public static FlatConfig grouped() {
    return new FlatConfig(
        260,
        32,
        16,
        2,
        new AttentionConfig(4, 2, 4, 10_000, true),
        new FfnConfig(24, Activation.SWIGLU),
        1e-5,
        true,
        Optional.of(new NgramConfig(List.of(2, 3), 64, 8)));
  }

  /** ReLU², plain heads, no query-key norm, a head of its own, n-grams as wide as the model. */
  public static FlatConfig plain() {
    return new FlatConfig(
        260,
        32,
        16,
        1,
        new AttentionConfig(2, 2, 8, 500, false),
        new FfnConfig(32, Activation.RELU2),
        1e-6,
        false,
        Optional.of(new NgramConfig(List.of(3), 64, 16)));
  }

  /** No n-grams, one key-value head. */
  public static FlatConfig bare() {
    return new FlatConfig(
        260,
        32,
        16,
        1,
        new AttentionConfig(4, 1, 4, 10_000, false),
        new FfnConfig(24, Activation.SWIGLU),
        1e-5,
        true,
        Optional.empty());
  }

  public static Checkpoint random(dev.stlm.model.config.ModelConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[(int) p.size()];
      for (int i = 0; i < values.length; i++) {
        double g = random.nextGaussian();
        values[i] =
            (float) (p.kind() == Parameter.Kind.GAIN ? 1 + 0.1 * g : g / Math.sqrt(p.columns()));
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    return new Checkpoint(config, new ByteTokenizer(), tensors, History.empty());
  }

  /** A value that must be there. */
  public static <V> V of(Map<String, V> map, String key) {
    return java.util.Objects.requireNonNull(map.get(key), key);
  }

  /** AdamW and the usual objective in a precision. */
  static LearnerSettings settings(Precision precision) {
    return new LearnerSettings(
        OptimizerConfig.of(1e-2),
        Optional.empty(),
        ObjectiveConfig.DEFAULT,
        precision,
        Optional.empty(),
        false);
  }

  /** Random ids below 12, so that ids and n-grams repeat. */
  public static Batch batch(int groups, int sequences, int length, long seed) {
    Random random = new Random(seed);
    int size = groups * sequences * length;
    return new Batch(
        groups,
        sequences,
        length,
        random.ints(size, 0, 12).toArray(),
        random.ints(size, 0, 12).toArray());
  }
}
