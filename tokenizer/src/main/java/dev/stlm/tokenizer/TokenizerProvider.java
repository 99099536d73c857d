package dev.stlm.tokenizer;

import java.util.Map;

/** Makes tokenizers of one type from their settings; found by {@link java.util.ServiceLoader}. */
public interface TokenizerProvider {
  /** The value of {@code "type"} in {@code tokenizer.json}. */
  String type();

  /**
   * Makes a tokenizer.
   *
   * @param settings the other entries of {@code tokenizer.json} as strings
   * @throws InvalidInputException on an unknown key or a bad value
   */
  Tokenizer create(Map<String, String> settings);
}
