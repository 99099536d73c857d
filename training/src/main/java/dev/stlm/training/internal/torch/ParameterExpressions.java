package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.util.List;

/**
 * The parameters of a config as expressions of a program's text, where they are the list {@code p}
 * in the order of {@link ParameterLayout#stored()}. Names that are tied give one expression, so the
 * gradient of a shared tensor is the sum of all its uses.
 */
final class ParameterExpressions {
  private final ParameterLayout layout;
  private final List<String> stored;

  ParameterExpressions(ModelConfig config) {
    this.layout = ParameterLayout.of(config);
    this.stored = layout.stored().stream().map(Parameter::name).toList();
  }

  /** {@code p[i]} for the stored parameter behind a name. */
  String of(String name) {
    return "p[" + stored.indexOf(layout.resolve(name).name()) + "]";
  }

  /** Whether the config has a parameter of a name. */
  boolean has(String name) {
    return layout.find(name).isPresent();
  }
}
