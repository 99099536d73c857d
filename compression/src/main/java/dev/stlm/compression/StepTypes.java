package dev.stlm.compression;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The step types on the class path. */
public final class StepTypes {
  private StepTypes() {}

  /** One line of help by type, sorted. */
  public static SortedMap<String, String> help() {
    SortedMap<String, String> help = new TreeMap<>();
    providers().forEach((type, provider) -> help.put(type, provider.help()));
    return help;
  }

  /**
   * Makes a step.
   *
   * @param settings the JSON object of the step without its {@code type}
   * @throws InvalidInputException if there is no such type (naming those there are) or the settings
   *     do not fit
   */
  public static CompressionStep create(String type, JsonNode settings) {
    Map<String, StepProvider> providers = providers();
    StepProvider provider = providers.get(type);
    if (provider == null) {
      throw new InvalidInputException(
          "there is no step type '"
              + type
              + "'; use one of "
              + String.join(", ", providers.keySet()));
    }
    return provider.create(settings);
  }

  private static SortedMap<String, StepProvider> providers() {
    SortedMap<String, StepProvider> providers = new TreeMap<>();
    for (StepProvider p : ServiceLoader.load(StepProvider.class)) {
      if (providers.put(p.type(), p) != null) {
        throw new IllegalStateException("two step providers of type " + p.type());
      }
    }
    return providers;
  }
}
