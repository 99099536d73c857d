package dev.stlm.model.config;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Configs with a name.
 *
 * <p>{@code tiny} and {@code tiny-pooled} are for tests, {@code demo} and {@code teacher} for the
 * demo. {@code nano}, {@code 10m}, {@code 50m} and {@code 100m} are flat byte models of about so
 * many parameters, n-gram tables included ({@code nano} has none); with {@code -pooled} they are
 * pooled byte models of about the same number, with {@code -subword} flat models over GPT-2's ids
 * of the flat one's blocks and depth. {@code hour} is for an hour of training on two cores: a
 * pooled model whose tables, which cost little to compute with, are most of it. {@code
 * paper-pooled} is the byte model of Super Tiny Language Models (arXiv 2405.14159), {@code
 * paper-subword} its subword twin.
 */
public final class Presets {
  private static final int BYTES = 260;
  private static final int GPT2 = 50_257;
  private static final double EPSILON = 1e-5;
  private static final Map<String, Supplier<ModelConfig>> PRESETS = presets();

  private Presets() {}

  /** The names, by family, smallest model first. */
  public static List<String> names() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * A config by name.
   *
   * @throws InvalidInputException if there is none of that name
   */
  public static ModelConfig named(String name) {
    Supplier<ModelConfig> config = PRESETS.get(name);
    if (config == null) {
      throw new InvalidInputException(
          "unknown preset \"" + name + "\"; allowed: " + String.join(", ", names()));
    }
    return config.get();
  }

  private static Map<String, Supplier<ModelConfig>> presets() {
    Map<String, Supplier<ModelConfig>> map = new LinkedHashMap<>();
    Optional<NgramConfig> none = Optional.empty();
    map.put("tiny", () -> flat(64, block(16, 2, 2, 1, 8, 32), ngrams(List.of(2, 3), 64, 8)));
    map.put("tiny-pooled", Presets::tinyPooled);
    map.put("nano", () -> flat(512, nano(), none));
    map.put("demo", () -> flat(512, block(256, 6, 4, 2, 64, 1024), ngrams(16384, 64)));
    map.put("teacher", () -> flat(512, block(384, 8, 6, 3, 64, 1536), ngrams(32768, 128)));
    map.put("10m", () -> flat(1024, small(), ngrams(16384, 64)));
    map.put("50m", () -> flat(1024, medium(14), ngrams(32768, 96)));
    map.put("100m", () -> flat(1024, large(18), ngrams(65536, 96)));
    map.put(
        "nano-pooled",
        () ->
            pooled(
                512,
                local(96, 1, 3, 32, 384),
                block(160, 4, 5, 5, 32, 640),
                local(96, 1, 3, 32, 384),
                ngrams(List.of(2, 3), 4096, 32)));
    map.put(
        "hour",
        () ->
            pooled(
                1024,
                local(128, 1, 4, 32, 512),
                block(256, 6, 4, 2, 64, 896),
                local(128, 2, 4, 32, 512),
                ngrams(List.of(2, 3, 4, 5, 6), 65536, 32)));
    map.put(
        "10m-pooled",
        () ->
            pooled(
                1024,
                local(192, 1, 3, 64, 768),
                small(),
                local(192, 2, 3, 64, 768),
                ngrams(12288, 64)));
    map.put(
        "50m-pooled",
        () ->
            pooled(
                1024,
                local(256, 2, 4, 64, 1024),
                medium(12),
                local(256, 3, 4, 64, 1024),
                ngrams(32768, 96)));
    map.put(
        "100m-pooled",
        () ->
            pooled(
                1024,
                local(320, 2, 5, 64, 1280),
                large(16),
                local(320, 4, 5, 64, 1280),
                ngrams(65536, 96)));
    map.put("nano-subword", () -> subword(512, nano()));
    map.put("10m-subword", () -> subword(1024, small()));
    map.put("50m-subword", () -> subword(1024, medium(14)));
    map.put("100m-subword", () -> subword(1024, large(18)));
    map.put("paper-pooled", Presets::paperPooled);
    map.put("paper-subword", () -> subword(512, paperBlocks()));
    return Collections.unmodifiableMap(map);
  }

  private static StackConfig nano() {
    return block(128, 6, 4, 2, 32, 512);
  }

  private static StackConfig small() {
    return block(256, 10, 4, 2, 64, 896);
  }

  private static StackConfig medium(int layers) {
    return block(512, layers, 8, 4, 64, 2048);
  }

  private static StackConfig large(int layers) {
    return block(640, layers, 10, 5, 64, 2560);
  }

  private static ModelConfig flat(int context, StackConfig blocks, Optional<NgramConfig> ngrams) {
    return flat(BYTES, context, blocks, ngrams);
  }

  private static ModelConfig subword(int context, StackConfig blocks) {
    return flat(GPT2, context, blocks, Optional.empty());
  }

  private static ModelConfig flat(
      int vocabulary, int context, StackConfig blocks, Optional<NgramConfig> ngrams) {
    return new FlatConfig(
        vocabulary,
        context,
        blocks.width(),
        blocks.layers(),
        blocks.attention(),
        blocks.ffn(),
        EPSILON,
        true,
        ngrams);
  }

  private static ModelConfig pooled(
      int context,
      StackConfig encoder,
      StackConfig global,
      StackConfig decoder,
      Optional<NgramConfig> ngrams) {
    return new PooledConfig(
        BYTES,
        context,
        encoder.width(),
        new PatcherConfig("whitespace", Map.of("cap", "12")),
        new EncoderConfig(EncoderConfig.Scope.CAUSAL, encoder),
        Pooling.MEAN,
        global,
        new DecoderConfig.Autoregressive(decoder),
        EPSILON,
        true,
        ngrams,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static ModelConfig tinyPooled() {
    return pooled(
        96,
        withWindow(block(16, 1, 2, 1, 8, 32), 8),
        block(24, 2, 3, 1, 8, 48),
        withWindow(block(16, 1, 2, 1, 8, 32), 8),
        ngrams(List.of(2, 3), 64, 8));
  }

  /**
   * Patches are GPT-2's tokens of at most 12 bytes; four small layers see a whole patch before the
   * mean, four more give all of its bytes at once. The public code of the paper widens its layers
   * on the way from 128 to 512; here they stay at 128 and are more, so that what stands for
   * embedding and head has the 2.56 million values of the paper; they have no query-key norm.
   */
  private static ModelConfig paperPooled() {
    StackConfig local =
        new StackConfig(
            128,
            4,
            new AttentionConfig(8, 8, 16, 10_000, false),
            new FfnConfig(560, Activation.GELU));
    return new PooledConfig(
        BYTES,
        2048,
        128,
        new PatcherConfig("bpe", Map.of("cap", "12")),
        new EncoderConfig(EncoderConfig.Scope.PATCH, local),
        Pooling.MEAN,
        paperBlocks(),
        new DecoderConfig.Parallel(12, local),
        EPSILON,
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static StackConfig paperBlocks() {
    return new StackConfig(
        512,
        10,
        new AttentionConfig(16, 4, 32, 10_000, false),
        new FfnConfig(1536, Activation.SWIGLU));
  }

  /** Blocks with query-key norm and squared ReLU. */
  private static StackConfig block(
      int width, int layers, int heads, int kvHeads, int headWidth, int ffn) {
    return new StackConfig(
        width,
        layers,
        new AttentionConfig(heads, kvHeads, headWidth, 10_000, true),
        new FfnConfig(ffn, Activation.RELU2));
  }

  private static StackConfig local(int width, int layers, int heads, int headWidth, int ffn) {
    return withWindow(block(width, layers, heads, heads, headWidth, ffn), 64);
  }

  private static StackConfig withWindow(StackConfig c, int window) {
    return new StackConfig(
        c.width(), c.layers(), c.attention().withWindow(window), c.ffn(), c.sharing());
  }

  private static Optional<NgramConfig> ngrams(int rows, int rowWidth) {
    return ngrams(List.of(2, 3, 4), rows, rowWidth);
  }

  private static Optional<NgramConfig> ngrams(List<Integer> orders, int rows, int rowWidth) {
    return Optional.of(new NgramConfig(orders, rows, rowWidth));
  }
}
