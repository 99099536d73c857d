package dev.stlm.tokenizer;

import java.util.Map;

/** Makes patchers of one type from their settings; found by {@link java.util.ServiceLoader}. */
public interface PatcherProvider {
  /** The name that a config stores. */
  String type();

  /**
   * Makes a patcher.
   *
   * @param settings its settings as strings
   * @throws InvalidInputException on an unknown key or a bad value
   */
  Patcher create(Map<String, String> settings);
}
