package dev.stlm.model.config;

import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.Patchers;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where patches end.
 *
 * @param type name of a {@link dev.stlm.tokenizer.PatcherProvider}
 * @param settings what it asks for, by name
 */
public record PatcherConfig(String type, Map<String, String> settings) {
  public PatcherConfig {
    ConfigChecks.present("patcher.type", type);
    ConfigChecks.present("patcher.settings", settings);
    settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** The config of a patcher. */
  public static PatcherConfig of(Patcher patcher) {
    return new PatcherConfig(patcher.type(), patcher.settings());
  }

  /**
   * Makes the patcher.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if there is none of that type, or it refuses
   *     the settings
   */
  public Patcher create() {
    return Patchers.create(type, settings);
  }
}
