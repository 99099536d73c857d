package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.EncoderConfig.Scope;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.model.config.StackConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small configs that have every switch, one by one and together. */
public final class SwitchModels {
  private static final int CAP = 5;
  private static final SharingConfig NONE = new SharingConfig(1, 0, false, 1);

  private SwitchModels() {}

  /** Configs by what they are for. */
  public static Map<String, ModelConfig> all() {
    Map<String, ModelConfig> all = new LinkedHashMap<>();
    AttentionConfig heads = new AttentionConfig(4, 2, 4, 10_000, true);
    all.put("window", flat(1, heads.withWindow(3), NONE, 0, 0, 0));
    all.put("value residual", flat(3, heads.withValueResidual(true), NONE, 0, 0, 0));
    all.put("shared ffn", flat(3, heads, new SharingConfig(2, 0, false, 1), 0, 0, 0));
    all.put("deltas", flat(2, heads, new SharingConfig(2, 2, true, 1), 0, 0, 0));
    all.put("repeats", flat(2, heads, new SharingConfig(1, 0, false, 3), 0, 0, 0));
    all.put("smear and cap", flat(1, heads, NONE, 5, 4, 0));
    all.put("drafts", flat(1, heads, NONE, 0, 3, 2));
    all.put("all", everything());
    for (Pooling pooling : Pooling.values()) {
      all.put("pooled by " + pooling, pooled(Scope.CAUSAL, pooling, autoregressive(), 0));
      all.put("patch scope by " + pooling, pooled(Scope.PATCH, pooling, parallel(), 0));
    }
    all.put("causal and parallel", pooled(Scope.CAUSAL, Pooling.MEAN, parallel(), 0));
    all.put("patch scope, by bytes", pooled(Scope.PATCH, Pooling.MEAN, autoregressive(), 0));
    all.put("pooled with drafts", pooled(Scope.CAUSAL, Pooling.MEAN, autoregressive(), 2));
    all.put("no local layers", withoutLocalLayers());
    return all;
  }

  private static FlatConfig flat(
      int layers, AttentionConfig heads, SharingConfig sharing, int smear, double cap, int drafts) {
    return new FlatConfig(
        260,
        64,
        16,
        layers,
        heads,
        new FfnConfig(24, Activation.SWIGLU),
        1e-5,
        true,
        Optional.empty(),
        Optional.of(sharing),
        smear == 0 ? Optional.empty() : Optional.of(smear),
        cap == 0 ? Optional.empty() : Optional.of(cap),
        drafts == 0 ? Optional.empty() : Optional.of(drafts));
  }

  private static FlatConfig everything() {
    return new FlatConfig(
        260,
        64,
        16,
        2,
        new AttentionConfig(
            4,
            2,
            4,
            100,
            true,
            Optional.of(4),
            Optional.of(true),
            Optional.empty(),
            Optional.of(2)),
        new FfnConfig(24, Activation.RELU2),
        1e-5,
        false,
        Optional.of(new NgramConfig(List.of(2), 64, 8)),
        Optional.of(new SharingConfig(2, 3, true, 2)),
        Optional.of(16),
        Optional.of(3.0),
        Optional.of(3));
  }

  private static PooledConfig pooled(
      Scope scope, Pooling pooling, DecoderConfig decoder, int drafts) {
    boolean causal = scope == Scope.CAUSAL;
    return pooled(
        new EncoderConfig(scope, stack(16, 2, causal ? Optional.of(6) : Optional.empty())),
        pooling,
        decoder,
        drafts);
  }

  private static PooledConfig withoutLocalLayers() {
    return pooled(
        new EncoderConfig(Scope.CAUSAL, stack(16, 0, Optional.empty())),
        Pooling.LAST,
        new DecoderConfig.Autoregressive(stack(16, 0, Optional.empty())),
        0);
  }

  private static PooledConfig pooled(
      EncoderConfig encoder, Pooling pooling, DecoderConfig decoder, int drafts) {
    return new PooledConfig(
        260,
        64,
        16,
        new PatcherConfig("whitespace", Map.of("cap", Integer.toString(CAP))),
        encoder,
        pooling,
        stack(24, 2, Optional.of(3)),
        decoder,
        1e-5,
        true,
        Optional.of(new NgramConfig(List.of(2), 64, 8)),
        Optional.of(4),
        Optional.empty(),
        drafts == 0 ? Optional.empty() : Optional.of(drafts));
  }

  private static DecoderConfig autoregressive() {
    return new DecoderConfig.Autoregressive(stack(16, 1, Optional.of(4)));
  }

  private static DecoderConfig parallel() {
    return new DecoderConfig.Parallel(CAP + 1, stack(16, 1, Optional.empty()));
  }

  private static StackConfig stack(int width, int layers, Optional<Integer> window) {
    AttentionConfig heads =
        new AttentionConfig(2, 1, 8, 10_000, true).withValueResidual(layers > 1);
    return new StackConfig(
        width,
        layers,
        window.map(heads::withWindow).orElse(heads),
        new FfnConfig(20, Activation.RELU2),
        Optional.empty());
  }
}
