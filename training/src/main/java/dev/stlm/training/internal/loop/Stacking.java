package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.ParameterLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes upper layers off a model, and puts its last layers once more on top of it: a model of k
 * layers becomes one of n ≤ 2k whose layer i ≥ k is a copy of layer i − (n − k). What the optimiser
 * remembers goes with the layers.
 *
 * @param few the config with k layers
 * @param all the config with n layers, otherwise the same
 */
record Stacking(ModelConfig few, ModelConfig all) {
  /** A block of the main stack: prefix, number, the rest of the name. */
  private static final Pattern BLOCK = Pattern.compile("((?:global\\.)?layers\\.)(\\d+)(\\..+)");

  /** The lower layers of a model that has all. */
  Checkpoint lower(Checkpoint whole) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(few).stored()) {
      tensors.put(p.name(), whole.tensor(p.name()));
    }
    return new Checkpoint(few, whole.tokenizer(), tensors, whole.history());
  }

  /** A model that has few layers, with all. */
  Checkpoint stacked(Checkpoint lower) {
    ParameterLayout layout = ParameterLayout.of(few);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(all).stored()) {
      tensors.put(
          p.name(), source(layout, p.name()).map(lower::tensor).orElseGet(() -> initial(p)));
    }
    return new Checkpoint(all, lower.tokenizer(), tensors, lower.history());
  }

  /**
   * What the optimiser remembers of the model with all layers.
   *
   * @param lower of the model with few, {@code SLOT.NAME}
   * @param fresh of the model with all, before its first step
   */
  Map<String, float[]> stacked(Map<String, float[]> lower, Map<String, float[]> fresh) {
    ParameterLayout layout = ParameterLayout.of(few);
    Map<String, float[]> out = new LinkedHashMap<>(fresh);
    fresh
        .keySet()
        .forEach(name -> {
          int slot = name.indexOf('.') + 1;
          source(layout, name.substring(slot))
              .map(from -> lower.get(name.substring(0, slot) + from))
              .ifPresent(values -> out.put(name, values.clone()));
        });
    return out;
  }

  /**
   * The stored parameter that one of the model with all layers is a copy of, if there is one.
   *
   * @param layout of the model with few
   */
  private Optional<String> source(ParameterLayout layout, String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return Optional.of(name);
    }
    int layer = Integer.parseInt(block.group(2));
    int from = layer < few.layers() ? layer : layer - (all.layers() - few.layers());
    String copied = block.group(1) + from + block.group(3);
    return layout.find(copied).map(p -> layout.resolve(p.name()).name());
  }

  /** The first layer has no share of the first layer's values, so that no other copies it. */
  private static Tensor initial(Parameter p) {
    if (!(p.init() instanceof Init.Constant constant)) {
      throw new IllegalStateException("no layer to copy " + p.name() + " from");
    }
    float[] values = new float[Math.toIntExact(p.size())];
    Arrays.fill(values, constant.value());
    return Tensor.F32.of(p.rows(), p.columns(), values);
  }
}
