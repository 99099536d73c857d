package dev.stlm.compression.prune;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.SettingChecks;
import dev.stlm.compression.StepResources;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sets the weights nearest to zero to zero (Han et al. 2015, arXiv 1506.02626).
 *
 * <p>Of n weights exactly ⌊sparsity · n⌋ are the pruned ones, those that were zero before counted
 * first; of equal magnitudes the earlier one goes first, in layout order, row major. Gains of norms
 * are never pruned, a tied parameter is pruned once, where it is stored. Not a number counts as the
 * largest magnitude. Results are dense or sparse floats, whichever takes fewer bytes.
 *
 * @param sparsity share of the weights that are zero afterwards, 0 to 0.99
 * @param scope over what the share is taken
 * @param tables whether embeddings and n-gram tables are pruned as well as projections
 */
public record MagnitudePruning(double sparsity, Scope scope, boolean tables)
    implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "prune.magnitude";

  /** Over what the share of zeros is taken. */
  public enum Scope {
    /** Every parameter has the share on its own. */
    @JsonProperty("parameter")
    PARAMETER,
    /** One threshold for all parameters; some may lose more than others. */
    @JsonProperty("global")
    GLOBAL
  }

  public MagnitudePruning {
    SettingChecks.range(TYPE, "sparsity", sparsity, 0, 0.99);
  }

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return "prune %s %% by magnitude".formatted(percent());
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "sparsity", Double.toString(sparsity),
        "scope", scope.name().toLowerCase(Locale.ROOT),
        "tables", Boolean.toString(tables));
  }

  @Override
  public Checkpoint apply(Checkpoint input, StepResources resources) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      if (prunes(p)) {
        weights.put(p.name(), floats(p.name(), input));
      }
    }
    List<float[]> all = new ArrayList<>(weights.values());
    switch (scope) {
      case GLOBAL -> zeroSmallest(all);
      case PARAMETER -> all.forEach(w -> zeroSmallest(List.of(w)));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(input.tensors());
    weights.forEach((name, w) ->
        tensors.computeIfPresent(
            name, (_, old) -> SparseEncoding.smaller(old.rows(), old.columns(), w)));
    return new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
  }

  private boolean prunes(Parameter p) {
    return switch (p.kind()) {
      case MATRIX -> true;
      case TABLE -> tables;
      case GAIN -> false;
    };
  }

  private static float[] floats(String name, Checkpoint input) {
    Tensor tensor = input.tensors().get(name);
    if (tensor == null || tensor instanceof Tensor.Int8 || tensor instanceof Tensor.Int4) {
      throw new InvalidInputException(
          TYPE + ": parameter " + name + " is of integers; prune before quantising");
    }
    return tensor.toFloats();
  }

  private void zeroSmallest(List<float[]> weights) {
    long total = weights.stream().mapToLong(w -> w.length).sum();
    // decimal, so that 29 % of 100 is 29 and not what 0.29 · 100 is in binary
    long count =
        BigDecimal.valueOf(sparsity)
            .multiply(BigDecimal.valueOf(total))
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact();
    SmallestMagnitudes.of(weights, count).zero(weights);
  }

  private String percent() {
    return BigDecimal.valueOf(sparsity).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
