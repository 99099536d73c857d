package dev.stlm.model.kit;

import static java.util.Optional.empty;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.EncoderConfig.Scope;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.model.config.StackConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.StridePatcher;
import dev.stlm.tokenizer.entropy.EntropyPatcher;
import dev.stlm.tokenizer.entropy.EntropyTable;
import dev.stlm.tokenizer.gpt2.BpePatcher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configs of every switch alone and of some together, and of every kind of pooled model. */
public final class TinyConfigs {
  private static final int VOCABULARY = new ByteTokenizer().vocabularySize();
  private static final int CONTEXT = 96;
  private static final AttentionConfig ATTENTION = new AttentionConfig(4, 2, 8, 10000, true);
  private static final FfnConfig FFN = new FfnConfig(48, Activation.SWIGLU);

  private TinyConfigs() {}

  /** Flat models, one for each switch. */
  static Map<String, FlatConfig> switches() {
    Map<String, FlatConfig> configs = new LinkedHashMap<>();
    AttentionConfig mixing = ATTENTION.withValueResidual(true);
    configs.put("window", flat(3, ATTENTION.withWindow(7), empty(), empty(), empty(), empty()));
    configs.put(
        "window of one", flat(2, ATTENTION.withWindow(1), empty(), empty(), empty(), empty()));
    for (RopeScaling scaling :
        List.of(
            new RopeScaling.Linear(4),
            new RopeScaling.Llama3(8, 1, 4, 40),
            longrope(CONTEXT),
            longrope(CONTEXT / 2))) {
      configs.put(
          "rope " + scaling,
          flat(2, rotating(8, Optional.of(scaling)), empty(), empty(), empty(), empty()));
    }
    configs.put(
        "part of heads rotates", flat(2, rotating(6, empty()), empty(), empty(), empty(), empty()));
    configs.put("value residual", flat(3, mixing, empty(), empty(), empty(), empty()));
    configs.put(
        "shared ffn", flat(4, ATTENTION, sharing(2, 0, false, 1), empty(), empty(), empty()));
    configs.put(
        "ffn deltas", flat(3, ATTENTION, sharing(3, 4, false, 1), empty(), empty(), empty()));
    configs.put(
        "shared attention output",
        flat(3, ATTENTION, sharing(1, 0, true, 1), empty(), empty(), empty()));
    configs.put("repeats", flat(2, ATTENTION, sharing(1, 0, false, 3), empty(), empty(), empty()));
    configs.put(
        "repeats, value residual",
        flat(2, mixing.withWindow(11), sharing(2, 3, true, 2), empty(), empty(), empty()));
    configs.put("smear", flat(2, ATTENTION, empty(), Optional.of(12), empty(), empty()));
    configs.put("soft cap", flat(2, ATTENTION, empty(), empty(), Optional.of(4.0), empty()));
    configs.put("drafts", flat(2, ATTENTION, empty(), empty(), empty(), Optional.of(3)));
    configs.put(
        "all switches",
        new FlatConfig(
            VOCABULARY,
            CONTEXT,
            33,
            4,
            new AttentionConfig(3, 1, 10, 500, true).withWindow(9).withValueResidual(true),
            new FfnConfig(37, Activation.RELU2),
            1e-5,
            false,
            Optional.of(new NgramConfig(List.of(2, 3), 61, 12)),
            sharing(2, 3, true, 2),
            Optional.of(33),
            Optional.of(6.0),
            Optional.of(2)));
    return configs;
  }

  private static AttentionConfig rotating(int width, Optional<RopeScaling> scaling) {
    return new AttentionConfig(4, 2, 8, 10000, true, empty(), empty(), scaling, Optional.of(width));
  }

  private static RopeScaling longrope(int originalContext) {
    return new RopeScaling.Longrope(
        List.of(1.0, 1.1, 1.2, 1.3), List.of(1.5, 2.5, 4.0, 9.0), originalContext, 1.2);
  }

  /** Pooled models: every pooling, scope and decoder, and switches in their stacks. */
  public static Map<String, PooledConfig> pooled() {
    Map<String, PooledConfig> configs = new LinkedHashMap<>();
    PatcherConfig words = whitespace(6);
    DecoderConfig bytes = new DecoderConfig.Autoregressive(local(1, ATTENTION));
    DecoderConfig slots = new DecoderConfig.Parallel(7, local(1, ATTENTION));
    EncoderConfig causal = new EncoderConfig(Scope.CAUSAL, local(1, ATTENTION));
    EncoderConfig patch = new EncoderConfig(Scope.PATCH, local(2, ATTENTION));
    EncoderConfig nothing = new EncoderConfig(Scope.CAUSAL, local(0, ATTENTION));
    for (Pooling pooling : Pooling.values()) {
      String name = pooling.name().toLowerCase(java.util.Locale.ROOT);
      configs.put("pooled, " + name, pooled(words, causal, pooling, bytes));
      configs.put("pooled, own patch, " + name, pooled(words, patch, pooling, bytes));
    }
    configs.put("pooled, parallel", pooled(words, causal, Pooling.MEAN, slots));
    configs.put("pooled, own patch, parallel", pooled(words, patch, Pooling.MAX, slots));
    configs.put("pooled, no encoder layers", pooled(words, nothing, Pooling.MEAN, bytes));
    configs.put(
        "pooled, only global layers",
        pooled(
            words,
            new EncoderConfig(Scope.PATCH, local(0, ATTENTION)),
            Pooling.ATTENTION,
            new DecoderConfig.Parallel(6, local(0, ATTENTION))));
    configs.put("pooled, patches of one", pooled(whitespace(1), causal, Pooling.MEAN, bytes));
    configs.put("pooled, long patches", pooled(whitespace(40), patch, Pooling.MEAN, bytes));
    configs.put("pooled, short patches", pooled(whitespace(3), causal, Pooling.MEAN, bytes));
    configs.put(
        "pooled, strides",
        pooled(PatcherConfig.of(new StridePatcher(5)), causal, Pooling.MEAN, bytes));
    configs.put(
        "pooled, tokens", pooled(PatcherConfig.of(new BpePatcher(7)), patch, Pooling.MEAN, bytes));
    configs.put("pooled, entropy", pooled(entropy(), causal, Pooling.ATTENTION, slots));
    configs.put("pooled, windows", windows());
    configs.put("pooled, drafts", allSwitches(false));
    configs.put("pooled, all switches", allSwitches(true));
    return configs;
  }

  private static PooledConfig windows() {
    return pooled(
        whitespace(6),
        new EncoderConfig(Scope.CAUSAL, local(1, ATTENTION.withWindow(4))),
        Pooling.LAST,
        new StackConfig(40, 2, new AttentionConfig(2, 1, 20, 10000, false).withWindow(2), FFN),
        new DecoderConfig.Autoregressive(local(2, ATTENTION.withWindow(3))));
  }

  private static PooledConfig allSwitches(boolean others) {
    AttentionConfig a = ATTENTION.withValueResidual(true);
    AttentionConfig inGlobal = new AttentionConfig(3, 1, 14, 700, true).withValueResidual(true);
    return new PooledConfig(
        VOCABULARY,
        CONTEXT,
        32,
        whitespace(9),
        new EncoderConfig(
            Scope.CAUSAL,
            new StackConfig(32, 2, others ? a.withWindow(12) : ATTENTION, FFN, sharing(2, 2))),
        Pooling.ATTENTION,
        others
            ? new StackConfig(45, 2, inGlobal.withWindow(9), FFN, sharing(2, 4, true, 2))
            : new StackConfig(45, 2, inGlobal, FFN),
        new DecoderConfig.Autoregressive(
            others
                ? new StackConfig(32, 2, a.withWindow(10), FFN, sharing(1, 0, true, 2))
                : local(1, ATTENTION)),
        1e-5,
        !others,
        others ? Optional.of(new NgramConfig(List.of(2, 4), 67, 20)) : empty(),
        others ? Optional.of(8) : empty(),
        others ? Optional.of(5.0) : empty(),
        Optional.of(4));
  }

  /** A pooled model of local width 32 with two global layers of width 40. */
  public static PooledConfig pooled(
      PatcherConfig patcher, EncoderConfig encoder, Pooling pooling, DecoderConfig decoder) {
    AttentionConfig global = new AttentionConfig(2, 1, 20, 10000, true);
    return pooled(patcher, encoder, pooling, new StackConfig(40, 2, global, FFN), decoder);
  }

  private static PooledConfig pooled(
      PatcherConfig patcher,
      EncoderConfig encoder,
      Pooling pooling,
      StackConfig global,
      DecoderConfig decoder) {
    return new PooledConfig(
        VOCABULARY,
        CONTEXT,
        32,
        patcher,
        encoder,
        pooling,
        global,
        decoder,
        1e-5,
        true,
        empty(),
        empty(),
        empty(),
        empty());
  }

  /** Patches of about a word. */
  public static PatcherConfig whitespace(int cap) {
    return new PatcherConfig("whitespace", Map.of("cap", Integer.toString(cap)));
  }

  /** Patches that end where words are hard to guess. */
  private static PatcherConfig entropy() {
    byte[] text = new byte[4000];
    int[] ids = TinyTexts.words(text.length, 7);
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ids[i];
    }
    try {
      EntropyTable table = EntropyTable.train(new ByteArrayInputStream(text), 1);
      return PatcherConfig.of(new EntropyPatcher(table, 4.5, 7));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Local layers of width 32. */
  public static StackConfig local(int layers, AttentionConfig attention) {
    return new StackConfig(32, layers, attention, FFN);
  }

  /** A flat model of width 32 with some switches on. */
  public static FlatConfig flat(
      int layers,
      AttentionConfig attention,
      Optional<SharingConfig> sharing,
      Optional<Integer> smear,
      Optional<Double> logitSoftCap,
      Optional<Integer> futureIds) {
    return new FlatConfig(
        VOCABULARY,
        CONTEXT,
        32,
        layers,
        attention,
        FFN,
        1e-5,
        true,
        empty(),
        sharing,
        smear,
        logitSoftCap,
        futureIds);
  }

  private static Optional<SharingConfig> sharing(int ffnGroup, int deltaRank) {
    return sharing(ffnGroup, deltaRank, false, 1);
  }

  private static Optional<SharingConfig> sharing(
      int ffnGroup, int deltaRank, boolean attentionOutput, int repeats) {
    return Optional.of(new SharingConfig(ffnGroup, deltaRank, attentionOutput, repeats));
  }
}
