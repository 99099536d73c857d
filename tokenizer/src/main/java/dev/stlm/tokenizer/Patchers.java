package dev.stlm.tokenizer;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the {@link PatcherProvider}s on the class path by type. */
public final class Patchers {
  private Patchers() {}

  /**
   * Makes a patcher.
   *
   * @param type the {@link PatcherProvider#type()} of its provider, such as "whitespace"
   * @param settings what the provider asks for, by name
   * @throws InvalidInputException if no provider has that type, or it refuses the settings
   */
  public static Patcher create(String type, Map<String, String> settings) {
    Map<String, PatcherProvider> known = new TreeMap<>();
    ServiceLoader.load(PatcherProvider.class).forEach(p -> known.putIfAbsent(p.type(), p));
    PatcherProvider provider = known.get(type);
    if (provider == null) {
      throw new InvalidInputException(
          "unknown patcher type \""
              + type
              + "\"; on the class path: "
              + String.join(", ", known.keySet()));
    }
    return provider.create(settings);
  }
}
