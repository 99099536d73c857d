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
 * <p>Names for a flat decoder: {@code embed}; {@code ngram.N.table} for each order N and, where
 * rows are narrower than the model, {@code ngram.N.projection} {@code [D, rowWidth]}; for each
 * layer {@code layers.I.attention.norm}, {@code .attention.qkv} {@code [(H+2K)·h, D]} (query heads,
 * then key heads, then value heads), {@code .attention.queryNorm} and {@code .attention.keyNorm}
 * {@code [h]} with query-key norm, {@code .attention.output} {@code [D, H·h]}, {@code .ffn.norm},
 * {@code .ffn.input} {@code [2F or F, D]} (gate rows, then up rows), {@code .ffn.output} {@code [D,
 * F]}; then {@code norm} and {@code head} {@code [V, D]}, tied to {@code embed} where the config
 * says so.
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
