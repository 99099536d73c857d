package dev.stlm.training.internal.torch;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.StackConfig;
import java.util.List;

/**
 * Which rows of a parameter are a projection of their own, joined with others for speed alone:
 * queries, keys and values, and the gate and up halves of a feed-forward input.
 */
final class JoinedRows {
  private final ModelConfig config;

  JoinedRows(ModelConfig config) {
    this.config = config;
  }

  /** Rows of each projection in a parameter, in order; all of its rows where it is one. */
  List<Integer> of(Parameter parameter) {
    StackConfig stack = stack(parameter.name());
    if (parameter.name().endsWith(".attention.qkv")) {
      int width = stack.attention().headWidth();
      int keys = stack.attention().kvHeads() * width;
      return List.of(stack.attention().heads() * width, keys, keys);
    }
    boolean input =
        parameter.name().endsWith(".ffn.input") || parameter.name().endsWith(".inputDelta.up");
    if (input && stack.ffn().activation().gated()) {
      return List.of(stack.ffn().width(), stack.ffn().width());
    }
    return List.of(parameter.rows());
  }

  /** The stack that a name is of, if it is of one. */
  private StackConfig stack(String name) {
    return switch (config) {
      case FlatConfig flat -> flat.stack();
      case PooledConfig pooled ->
          name.startsWith("encoder.")
              ? pooled.encoder().stack()
              : name.startsWith("decoder.") ? pooled.decoder().stack() : pooled.global();
    };
  }
}
