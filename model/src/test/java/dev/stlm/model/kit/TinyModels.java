package dev.stlm.model.kit;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Small checkpoints with random weights, of every variant that a config can ask for. Weights are
 * large enough that every part of the model moves the logits.
 */
public final class TinyModels {
  private TinyModels() {}

  /** A model that most tests can use: two layers, width 32, context 96. */
  public static Checkpoint plain() {
    return random(config(32, 2, 4, 2, 8, 48, Activation.SWIGLU, true, true, Optional.empty()), 1);
  }

  /** One checkpoint for each thing that configs vary, by a name that says what. */
  public static Map<String, Checkpoint> variants() {
    Map<String, ModelConfig> configs = new LinkedHashMap<>();
    Optional<NgramConfig> none = Optional.empty();
    configs.put("plain", config(32, 2, 4, 2, 8, 48, Activation.SWIGLU, true, true, none));
    configs.put("relu2", config(32, 2, 4, 2, 8, 48, Activation.RELU2, true, true, none));
    configs.put("gelu", config(32, 2, 4, 2, 8, 43, Activation.GELU, true, true, none));
    configs.put("one head", config(16, 1, 1, 1, 16, 32, Activation.SWIGLU, false, true, none));
    configs.put("multi-head", config(32, 2, 4, 4, 8, 32, Activation.RELU2, false, true, none));
    configs.put("multi-query", config(24, 2, 6, 1, 4, 40, Activation.SWIGLU, true, true, none));
    configs.put("untied", config(32, 1, 2, 2, 16, 64, Activation.RELU2, true, false, none));
    configs.put("odd widths", config(33, 3, 3, 1, 10, 37, Activation.SWIGLU, true, false, none));
    configs.put("wide heads", config(20, 1, 2, 1, 70, 130, Activation.RELU2, false, true, none));
    configs.put(
        "n-grams",
        config(
            32,
            2,
            4,
            2,
            8,
            48,
            Activation.RELU2,
            true,
            true,
            Optional.of(new NgramConfig(List.of(2, 3, 4), 61, 32))));
    configs.put(
        "projected n-grams",
        config(
            30,
            2,
            2,
            1,
            14,
            41,
            Activation.SWIGLU,
            true,
            true,
            Optional.of(new NgramConfig(List.of(2, 5), 128, 12))));
    configs.putAll(TinyConfigs.switches());
    configs.putAll(TinyConfigs.pooled());
    Map<String, Checkpoint> models = new LinkedHashMap<>();
    configs.forEach((name, config) -> models.put(name, random(config, name.hashCode())));
    return models;
  }

  /** A flat config over bytes with context 96. */
  public static FlatConfig config(
      int width,
      int layers,
      int heads,
      int kvHeads,
      int headWidth,
      int ffn,
      Activation activation,
      boolean qkNorm,
      boolean tied,
      Optional<NgramConfig> ngrams) {
    return new FlatConfig(
        new ByteTokenizer().vocabularySize(),
        96,
        width,
        layers,
        new AttentionConfig(heads, kvHeads, headWidth, 10000, qkNorm),
        new FfnConfig(ffn, activation),
        1e-5,
        tied,
        ngrams);
  }

  /**
   * Random weights: tables normal with deviation 0.5, matrices with 1/√inputs, gains around 1.
   *
   * @param seed the same seed gives the same weights
   */
  public static Checkpoint random(ModelConfig config, long seed) {
    return random(config, new ByteTokenizer(), seed);
  }

  /** As {@link #random(ModelConfig, long)} for ids of another tokenizer. */
  public static Checkpoint random(ModelConfig config, Tokenizer tokenizer, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[Math.toIntExact(p.size())];
      for (int i = 0; i < values.length; i++) {
        double g = random.nextGaussian();
        values[i] =
            (float)
                switch (p.kind()) {
                  case TABLE -> 0.5 * g;
                  case MATRIX -> g / Math.sqrt(p.columns());
                  case GAIN -> 1 + 0.2 * g;
                };
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    return new Checkpoint(config, tokenizer, tensors, History.empty());
  }

  /**
   * The same model with its tables and matrices rounded to 8-bit integers.
   *
   * @param group columns that share a scale, where it divides the columns; else a row does
   */
  public static Checkpoint int8(Checkpoint checkpoint, int group) {
    return encoded(checkpoint, t -> RoundedInt8.of(t, group));
  }

  /**
   * The same model with its tables and matrices rounded to 4-bit integers.
   *
   * @param group columns that share a scale, where it divides the columns; else as many as do, or
   *     the values stay
   */
  public static Checkpoint int4(Checkpoint checkpoint, int group) {
    return encoded(checkpoint, t -> RoundedInt4.of(t, group));
  }

  /** The same model with its tables and matrices rounded to bf16. */
  public static Checkpoint bf16(Checkpoint checkpoint) {
    return encoded(checkpoint, t -> RoundedHalf.bf16(t.rows(), t.columns(), t.toFloats()));
  }

  /** The same model with its tables and matrices rounded to f16, most of them in three parts. */
  public static Checkpoint stackedF16(Checkpoint checkpoint) {
    return encoded(checkpoint, RoundedHalf::stacked);
  }

  /** The same model with all of its values as 32-bit floats. */
  public static Checkpoint f32(Checkpoint checkpoint) {
    return encoded(checkpoint, t -> Tensor.F32.of(t.rows(), t.columns(), t.toFloats()));
  }

  private static Checkpoint encoded(Checkpoint checkpoint, UnaryOperator<Tensor> encoding) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    ParameterLayout.of(checkpoint.config())
        .byName()
        .forEach((name, p) -> {
          Tensor t = Optional.ofNullable(checkpoint.tensors().get(name)).orElseThrow();
          tensors.put(name, p.kind() == Parameter.Kind.GAIN ? t : encoding.apply(t));
        });
    return new Checkpoint(
        checkpoint.config(), checkpoint.tokenizer(), tensors, checkpoint.history());
  }
}
