package dev.stlm.compression.quantise;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;

/** The values of a tensor that is to be stored as integers in groups. */
final class GroupedValues {
  private GroupedValues() {}

  /**
   * The values.
   *
   * @param type the step, for errors
   * @param name the parameter
   * @param group columns that share a scale
   * @throws InvalidInputException if the tensor is of integers already, the group does not divide
   *     its columns, or a value is not finite
   */
  static float[] of(String type, String name, Tensor tensor, int group) {
    String what = type + ": parameter " + name;
    switch (tensor) {
      case Tensor.Int8 _ -> throw already(what, "int8");
      case Tensor.Int4 _ -> throw already(what, "int4");
      case Tensor.Dense _, Tensor.Rows _, Tensor.Sparse _ -> {}
    }
    if (tensor.columns() % group != 0) {
      throw new InvalidInputException(
          "%s has %d columns, which groups of %d do not divide; choose another group, or 0 for a scale a row"
              .formatted(what, tensor.columns(), group));
    }
    float[] values = tensor.toFloats();
    for (float f : values) {
      if (!Float.isFinite(f)) {
        throw new InvalidInputException(
            what + " holds " + f + "; the model is broken, train it again");
      }
    }
    return values;
  }

  private static InvalidInputException already(String what, String encoding) {
    return new InvalidInputException(
        what + " is " + encoding + " already; start from a model that is not");
  }
}
