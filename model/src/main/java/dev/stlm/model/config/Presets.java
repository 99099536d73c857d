package dev.stlm.model.config;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configs with a name, all for the byte tokenizer (260 ids), query-key norm and a tied head.
 *
 * <p>{@code tiny} is for tests; {@code nano} a plain flat decoder of 1.1 million parameters; {@code
 * demo} adds hashed n-gram embeddings, the largest gain per second of training at this size; {@code
 * teacher} is the same idea, larger, to distil from.
 */
public final class Presets {
  private static final Map<String, ModelConfig> PRESETS = presets();

  private Presets() {}

  /** The names, smallest model first. */
  public static List<String> names() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * A config by name.
   *
   * @throws InvalidInputException if there is none of that name
   */
  public static ModelConfig named(String name) {
    ModelConfig config = PRESETS.get(name);
    if (config == null) {
      throw new InvalidInputException(
          "unknown preset \"" + name + "\"; allowed: " + String.join(", ", names()));
    }
    return config;
  }

  private static Map<String, ModelConfig> presets() {
    Map<String, ModelConfig> map = new LinkedHashMap<>();
    map.put("tiny", flat(64, 16, 2, heads(2, 1, 8), 32, ngrams(List.of(2, 3), 64, 8)));
    map.put("nano", flat(512, 128, 6, heads(4, 2, 32), 512, Optional.empty()));
    map.put("demo", flat(512, 256, 6, heads(4, 2, 64), 1024, ngrams(List.of(2, 3, 4), 16384, 64)));
    map.put(
        "teacher", flat(512, 384, 8, heads(6, 3, 64), 1536, ngrams(List.of(2, 3, 4), 32768, 128)));
    return Collections.unmodifiableMap(map);
  }

  private static FlatConfig flat(
      int context,
      int width,
      int layers,
      AttentionConfig attention,
      int ffn,
      Optional<NgramConfig> ngrams) {
    return new FlatConfig(
        260,
        context,
        width,
        layers,
        attention,
        new FfnConfig(ffn, Activation.RELU2),
        1e-5,
        true,
        ngrams);
  }

  private static AttentionConfig heads(int heads, int kvHeads, int headWidth) {
    return new AttentionConfig(heads, kvHeads, headWidth, 10_000, true);
  }

  private static Optional<NgramConfig> ngrams(List<Integer> orders, int rows, int rowWidth) {
    return Optional.of(new NgramConfig(orders, rows, rowWidth));
  }
}
