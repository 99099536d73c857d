package dev.stlm.model.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The parameters of a model in order, as they follow from its config: the one source that trainer,
 * runtimes, compression and accounting read.
 *
 * <p>Names: {@code embed} {@code [V, D]}; {@code smear.gate} {@code [n]} and {@code smear.scale}
 * {@code [1]} with a smear; {@code ngram.N.table} for each order N and, where rows are narrower
 * than the model, {@code ngram.N.projection} {@code [D, rowWidth]}; then the blocks; {@code norm};
 * {@code head} {@code [V, D]}, tied to {@code embed} where the config says so; {@code future.norm},
 * {@code .idNorm}, {@code .input} {@code [2D, 2D]}, {@code .output} {@code [D, 2D]} where ids after
 * the next are drafted.
 *
 * <p>A stack of blocks: for each layer {@code layers.I.attention.norm}, {@code .attention.qkv}
 * {@code [(H+2K)·h, D]} (query heads, then key heads, then value heads), {@code
 * .attention.queryNorm} and {@code .attention.keyNorm} {@code [h]} with query-key norm, {@code
 * .attention.valueMix} {@code [2]} (own, first layer's) with value residual from the second layer
 * on, {@code .attention.output} {@code [D, H·h]}, {@code .ffn.norm}, {@code .ffn.input} {@code [2F
 * or F, D]} (gate rows, then up rows), {@code .ffn.output} {@code [D, F]}; with low-rank deltas of
 * rank r also {@code .ffn.inputDelta.down} {@code [r, D]}, {@code .ffn.inputDelta.up} {@code [2F or
 * F, r]}, {@code .ffn.outputDelta.down} {@code [r, F]}, {@code .ffn.outputDelta.up} {@code [D, r]},
 * which add {@code up · down} to the projection. What layers share is tied to the first of them.
 *
 * <p>A flat decoder has one stack without a prefix. A pooled model of local width D and global
 * width G has {@code encoder.} layers; {@code pool.norm} {@code [D]}, {@code pool.query} {@code
 * [D]} with attention pooling, {@code pool.projection} {@code [G, D]}; {@code global.} layers;
 * {@code unpool.norm} {@code [G]}, {@code unpool.projection} {@code [D, G]} or, for a parallel
 * decoder of S slots, {@code [S·D, G]} and {@code decoder.positions} {@code [S, D]}; {@code
 * decoder.} layers.
 */
public final class ParameterLayout {
  private final SequencedMap<String, Parameter> parameters;

  private ParameterLayout(List<Parameter> list) {
    SequencedMap<String, Parameter> map = new LinkedHashMap<>();
    for (Parameter p : list) {
      if (map.put(p.name(), p) != null) {
        throw new IllegalStateException("duplicate parameter " + p.name());
      }
    }
    this.parameters = map;
  }

  /** The layout of a config. */
  public static ParameterLayout of(ModelConfig config) {
    return switch (config) {
      case FlatConfig flat -> new ParameterLayout(FlatLayout.parameters(flat));
      case PooledConfig pooled -> new ParameterLayout(PooledLayout.parameters(pooled));
    };
  }

  /** All parameters in layout order, tied ones included. */
  public List<Parameter> all() {
    return List.copyOf(parameters.values());
  }

  /** The parameters that are stored, optimised and counted: all but the tied ones. */
  public List<Parameter> stored() {
    return parameters.values().stream().filter(p -> p.tiedTo().isEmpty()).toList();
  }

  /** Looks a parameter up by name. */
  public Optional<Parameter> find(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** The stored parameter behind a name: itself, or what it is tied to. */
  public Parameter resolve(String name) {
    Parameter p = parameters.get(name);
    if (p == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return p.tiedTo().map(this::resolve).orElse(p);
  }

  /** Number of stored values. */
  public long parameterCount() {
    return stored().stream().mapToLong(Parameter::size).sum();
  }

  /** Stored parameters by name, in layout order. */
  public Map<String, Parameter> byName() {
    Map<String, Parameter> map = new LinkedHashMap<>();
    stored().forEach(p -> map.put(p.name(), p));
    return map;
  }
}
