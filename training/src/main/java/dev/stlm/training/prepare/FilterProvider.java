package dev.stlm.training.prepare;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Makes filters of one type from JSON; found by {@link java.util.ServiceLoader}. {@link
 * dev.stlm.model.config.StrictJson} reads a settings record that refuses unknown keys.
 */
public interface FilterProvider {
  /** The value of {@code "type"} in a recipe, such as {@code length}; counts are kept under it. */
  String type();

  /** One line for people: what the filter drops and its settings with their defaults. */
  String help();

  /**
   * Reads the settings of a filter.
   *
   * @param settings the JSON object of the filter without its {@code type}
   * @throws dev.stlm.tokenizer.InvalidInputException on an unknown key or a value out of range
   */
  DocumentFilter create(JsonNode settings);
}
