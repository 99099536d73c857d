package dev.stlm.docs.compose;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.SettingChecks;
import dev.stlm.compression.StepResources;
import dev.stlm.compression.prune.SparseEncoding;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

// @start region="step"
/**
 * Sets weights of projections to zero by chance: what any cleverer pruning has to beat.
 *
 * @param sparsity the chance of a weight, 0 to 0.99
 */
public record RandomPruning(double sparsity) implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "prune.random";

  public RandomPruning {
    SettingChecks.range(TYPE, "sparsity", sparsity, 0, 0.99);
  }

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return "prune by chance, " + sparsity;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("sparsity", Double.toString(sparsity));
  }

  @Override
  public Checkpoint apply(Checkpoint input, StepResources resources) {
    SplittableRandom random = new SplittableRandom(resources.seed());
    Map<String, Tensor> tensors = new LinkedHashMap<>(input.tensors());
    // the layout says what a parameter is for, and lists what is tied once
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      if (p.kind() == Kind.MATRIX) {
        tensors.computeIfPresent(p.name(), (_, tensor) -> prune(tensor, random));
      }
    }
    return new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
  }

  private Tensor prune(Tensor tensor, SplittableRandom random) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      if (random.nextDouble() < sparsity) {
        values[i] = 0;
      }
    }
    return SparseEncoding.smaller(tensor.rows(), tensor.columns(), values);
  }
}
// @end
