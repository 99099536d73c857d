package dev.stlm.compression.quantise;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.SettingChecks;
import dev.stlm.compression.StepResources;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Map;

/**
 * Stores weights as 4-bit integers with one scale a group of columns, as llama.cpp's Q4_0 does.
 *
 * <p>scale = w / −8 of the weight w of largest magnitude, quantised = weight / scale rounded half
 * to even and at most 7. So |w − quantised · scale| ≤ |scale| / 2, except for weights of the other
 * sign than the largest and nearly as large, where it is up to |scale|. A pruned zero stays zero. A
 * tied parameter is quantised once, where it is stored; gains of norms stay floats.
 *
 * @param group columns that share a scale: even, a divisor of the columns of every quantised
 *     parameter
 * @param tables whether embeddings and n-gram tables are quantised as well as projections
 */
public record Int4Quantisation(int group, boolean tables) implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "quantise.int4";

  public Int4Quantisation {
    SettingChecks.range(TYPE, "group", group, 2, 1 << 16);
    if (group % 2 != 0) {
      throw new InvalidInputException(TYPE + ": group is " + group + "; it must be even");
    }
  }

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return "quantise to int4, groups of " + group;
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
    float[] values = GroupedValues.of(TYPE, name, tensor, group);
    return Int4Encoding.of(tensor.rows(), tensor.columns(), group, values);
  }
}
