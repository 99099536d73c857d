package dev.stlm.compression.quantise;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** Which parameters of a checkpoint are stored as integers. */
final class QuantisedParameters {
  private QuantisedParameters() {}

  /**
   * The checkpoint with projections, and tables if asked for, stored anew. A tied parameter is
   * quantised once, where it is stored; gains of norms stay floats.
   *
   * @param quantise makes the new tensor of a parameter from its name and the old one
   */
  static Checkpoint of(
      Checkpoint input, boolean tables, BiFunction<String, Tensor, Tensor> quantise) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(input.tensors());
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      boolean quantised =
          switch (p.kind()) {
            case MATRIX -> true;
            case TABLE -> tables;
            case GAIN -> false;
          };
      if (quantised) {
        tensors.computeIfPresent(p.name(), quantise);
      }
    }
    return new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
  }
}
