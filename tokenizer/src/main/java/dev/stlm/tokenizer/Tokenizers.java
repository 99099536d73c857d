package dev.stlm.tokenizer;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the {@link TokenizerProvider}s on the class path by type. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Makes a tokenizer.
   *
   * @param type the {@link TokenizerProvider#type()} of its provider, such as "byte"
   * @param settings what the provider asks for, by name
   * @throws InvalidInputException if no provider has that type, or it refuses the settings
   */
  public static Tokenizer create(String type, Map<String, String> settings) {
    if (type.equals(ByteTokenizer.TYPE)) {
      // what nearly every model has: a search costs an executable half a millisecond of its start
      return new ByteTokenizerProvider().create(settings);
    }
    Map<String, TokenizerProvider> known = new TreeMap<>();
    ServiceLoader.load(TokenizerProvider.class).forEach(p -> known.putIfAbsent(p.type(), p));
    TokenizerProvider provider = known.get(type);
    if (provider == null) {
      throw new InvalidInputException(
          "unknown tokenizer type \""
              + type
              + "\"; on the class path: "
              + String.join(", ", known.keySet()));
    }
    return provider.create(settings);
  }
}
