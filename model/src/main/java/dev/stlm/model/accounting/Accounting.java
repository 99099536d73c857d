package dev.stlm.model.accounting;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;

/**
 * The size of a model as it follows from its config. Tied parameters count once.
 *
 * @param parameters stored values
 * @param embeddingAndHead of these, the values of id and n-gram tables and of an untied head
 *     (n-gram projections not included)
 * @param ngramTables of these, the values of n-gram tables
 * @param cacheBytesPerPosition bytes of keys and values that a session keeps for each position, as
 *     32-bit floats: 2 · K · h · L · 4
 * @param flopsFirst operations of the step that reads the first id
 * @param flopsFull operations of the step that fills the context
 */
public record Accounting(
    long parameters,
    long embeddingAndHead,
    long ngramTables,
    long cacheBytesPerPosition,
    Flops flopsFirst,
    Flops flopsFull) {

  /** Counts a config. */
  public static Accounting of(ModelConfig config) {
    ParameterLayout layout = ParameterLayout.of(config);
    long embeddingAndHead = 0;
    long ngramTables = 0;
    for (Parameter p : layout.stored()) {
      if (p.kind() == Kind.TABLE || p.name().equals("head")) {
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
        cacheBytes(config),
        Flops.of(config, 0),
        Flops.of(config, config.contextLength() - 1));
  }

  /** The share of tables and head among the parameters, from 0 to 1. */
  public double embeddingShare() {
    return (double) embeddingAndHead / parameters;
  }

  private static long cacheBytes(ModelConfig config) {
    return switch (config) {
      case FlatConfig c -> {
        AttentionConfig a = c.attention();
        yield 2L * a.kvHeads() * a.headWidth() * c.layers() * Float.BYTES;
      }
    };
  }
}
