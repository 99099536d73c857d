package dev.stlm.model.accounting;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.StackConfig;
import java.util.Optional;

/**
 * The size of a model as it follows from its config. Tied parameters count once.
 *
 * @param parameters stored values
 * @param embeddingAndHead of these, what turns ids into the vectors that the main stack reads and
 *     its vectors back into ids. Flat: id and n-gram tables and an untied head (n-gram projections
 *     not included). Pooled: all but the global stack
 * @param ngramTables of these, the values of n-gram tables
 * @param cacheBytesPerPosition bytes that a session keeps for each position, as 32-bit floats: keys
 *     and values, 2 · K · h · L · 4 for each stack, those of a global stack divided by the bytes of
 *     a patch; an encoder whose bytes see only their patch and a parallel decoder keep none. A
 *     pooled model keeps its encoded bytes (4 · D, with a causal encoder) and what each patch says
 *     (4 · D, or 4 · G for a parallel decoder), a model with drafts what they start from (4 · D)
 * @param bytesPerPatch mean bytes of a patch that the figures assume; 1 for a flat model
 * @param flopsFirst operations of the step that reads the first id
 * @param flopsFull operations of the step that fills the context
 * @param twin the subword model to compare with, where this one reads bytes
 */
public record Accounting(
    long parameters,
    long embeddingAndHead,
    long ngramTables,
    long cacheBytesPerPosition,
    double bytesPerPatch,
    Flops flopsFirst,
    Flops flopsFull,
    Optional<SubwordTwin> twin) {

  /** Counts a config; patches as long as in {@link PatchSample}. */
  public static Accounting of(ModelConfig config) {
    return of(config, PatchSample.bytesPerPatch(config));
  }

  /**
   * Counts a config.
   *
   * @param bytesPerPatch mean length of a patch, at least 1; ignored for a flat model
   */
  public static Accounting of(ModelConfig config, double bytesPerPatch) {
    ParameterLayout layout = ParameterLayout.of(config);
    long embeddingAndHead = 0;
    long ngramTables = 0;
    for (Parameter p : layout.stored()) {
      if (outsideOfMain(config, p)) {
        embeddingAndHead += p.size();
      }
      if (p.kind() == Kind.TABLE && p.name().startsWith("ngram.")) {
        ngramTables += p.size();
      }
    }
    return new Accounting(
        layout.parameterCount(),
        embeddingAndHead,
        ngramTables,
        cacheBytes(config, bytesPerPatch),
        bytesPerPatch,
        Flops.of(config, 0, bytesPerPatch),
        Flops.of(config, config.contextLength() - 1, bytesPerPatch),
        SubwordTwin.of(config, layout.parameterCount(), embeddingAndHead));
  }

  /** As {@link #cacheBytesPerPosition()} of {@link #of(ModelConfig)}, without counting the rest. */
  public static long cacheBytesPerPosition(ModelConfig config) {
    return cacheBytes(config, PatchSample.bytesPerPatch(config));
  }

  /** The share of tables and head among the parameters, from 0 to 1. */
  public double embeddingShare() {
    return (double) embeddingAndHead / parameters;
  }

  private static boolean outsideOfMain(ModelConfig config, Parameter p) {
    return switch (config) {
      case FlatConfig _ -> p.kind() == Kind.TABLE || p.name().equals("head");
      case PooledConfig _ -> !p.name().startsWith("global.");
    };
  }

  private static long cacheBytes(ModelConfig config, double bytesPerPatch) {
    double bytes =
        switch (config) {
          case FlatConfig c -> keysAndValues(c.stack());
          case PooledConfig c -> pooledCacheBytes(c, bytesPerPatch);
        };
    if (config.futureIds().isPresent()) {
      bytes += Float.BYTES * (double) config.width();
    }
    return Math.round(bytes);
  }

  private static double pooledCacheBytes(PooledConfig c, double bytesPerPatch) {
    double aByte = 0;
    double aPatch = keysAndValues(c.global());
    if (c.encoder().scope() == EncoderConfig.Scope.CAUSAL) {
      aByte += keysAndValues(c.encoder().stack()) + Float.BYTES * (double) c.width();
    }
    switch (c.decoder()) {
      case DecoderConfig.Autoregressive a -> {
        aByte += keysAndValues(a.stack());
        aPatch += Float.BYTES * (double) c.width();
      }
      case DecoderConfig.Parallel _ -> aPatch += Float.BYTES * (double) c.global().width();
    }
    return aByte + aPatch / bytesPerPatch;
  }

  private static long keysAndValues(StackConfig c) {
    AttentionConfig a = c.attention();
    return 2L * a.kvHeads() * a.headWidth() * c.depth() * Float.BYTES;
  }
}
