package dev.stlm.compression.quantise;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.SettingChecks;
import dev.stlm.compression.StepResources;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import java.util.Map;

/**
 * Stores weights as symmetric 8-bit integers with one scale a group of columns.
 *
 * <p>scale = max |w| / 127 over the group, quantised = w / scale rounded half to even; a group of
 * zeros has scale 0. So |w − quantised · scale| ≤ scale / 2, and a pruned zero stays zero. A tied
 * parameter is quantised once, where it is stored; gains of norms stay floats.
 *
 * @param group columns that share a scale: a divisor of the columns of every quantised parameter,
 *     or 0 for one scale a row
 * @param tables whether embeddings and n-gram tables are quantised as well as projections
 */
public record Int8Quantisation(int group, boolean tables) implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "quantise.int8";

  public Int8Quantisation {
    SettingChecks.range(TYPE, "group", group, 0, 1 << 16);
  }

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return group == 0 ? "quantise to int8, a scale a row" : "quantise to int8, groups of " + group;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("group", Integer.toString(group), "tables", Boolean.toString(tables));
  }

  @Override
  public Checkpoint apply(Checkpoint input, StepResources resources) {
    return QuantisedParameters.of(input, tables, this::quantise);
  }

  private Tensor quantise(String name, Tensor tensor) {
    int columns = group == 0 ? tensor.columns() : group;
    float[] values = GroupedValues.of(TYPE, name, tensor, columns);
    return Int8Encoding.of(tensor.rows(), tensor.columns(), columns, values);
  }
}
