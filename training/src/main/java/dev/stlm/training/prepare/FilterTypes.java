package dev.stlm.training.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The filters on the class path. */
public final class FilterTypes {
  private FilterTypes() {}

  /** Help of every type, by type. */
  public static Map<String, String> help() {
    Map<String, String> help = new LinkedHashMap<>();
    providers().forEach((type, provider) -> help.put(type, provider.help()));
    return help;
  }

  /**
   * Makes a filter.
   *
   * @param node a JSON object with a {@code type}, and settings
   * @throws InvalidInputException if the type is not known or its settings are refused
   */
  public static DocumentFilter create(JsonNode node) {
    String type = type(node);
    FilterProvider provider = providers().get(type);
    if (provider == null) {
      throw new InvalidInputException(
          "filter: there is no type " + type + "; use one of " + names());
    }
    ObjectNode settings = node.deepCopy();
    settings.remove("type");
    return provider.create(settings);
  }

  /** The type of a filter in a recipe. */
  static String type(JsonNode node) {
    if (!(node instanceof ObjectNode) || !node.path("type").isTextual()) {
      throw new InvalidInputException(
          "filter: is not a JSON object with a type; use one of " + names());
    }
    return node.path("type").textValue();
  }

  private static String names() {
    return String.join(", ", providers().keySet());
  }

  private static Map<String, FilterProvider> providers() {
    Map<String, FilterProvider> providers = new TreeMap<>();
    ServiceLoader.load(FilterProvider.class).forEach(p -> providers.putIfAbsent(p.type(), p));
    return providers;
  }
}
