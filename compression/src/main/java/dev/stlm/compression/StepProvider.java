package dev.stlm.compression;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Makes steps of one type from JSON; found by {@link java.util.ServiceLoader}. {@link
 * dev.stlm.model.config.StrictJson} reads a settings record that refuses unknown keys.
 */
public interface StepProvider {
  /** The value of {@code "type"} in a recipe, such as {@code prune.magnitude}. */
  String type();

  /** One line for people: what the step does and its settings. */
  String help();

  /**
   * Reads the settings of a step.
   *
   * @param settings the JSON object of the step without its {@code type}
   * @throws dev.stlm.tokenizer.InvalidInputException on an unknown key or a value out of range
   */
  CompressionStep create(JsonNode settings);
}
