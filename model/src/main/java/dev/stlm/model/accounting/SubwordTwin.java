package dev.stlm.model.accounting;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import java.util.Optional;

/**
 * The subword model with the same main stack: its ids are those of GPT-2's tokenizer ({@value
 * #VOCABULARY}), its embedding as wide as the main stack. The comparison of the paper (Super Tiny
 * Language Models, arXiv 2405.14159), whose figures for its own byte model are 25.73 million values
 * tied, 51.46 untied, against 2.56: −90.0 % and −95.0 %.
 *
 * @param tiedEmbeddingAndHead values of its embedding, which is its head too
 * @param untiedEmbeddingAndHead values of its embedding and of a head of its own
 * @param parameters all values with a tied head
 * @param reductionTied share of the tied embedding and head that the byte model saves; negative
 *     where it has more
 * @param reductionUntied the same for a head of its own
 */
public record SubwordTwin(
    long tiedEmbeddingAndHead,
    long untiedEmbeddingAndHead,
    long parameters,
    double reductionTied,
    double reductionUntied) {
  /** Ids of GPT-2's tokenizer. */
  public static final int VOCABULARY = 50_257;

  /** The twin of a model that reads bytes: one of fewer than 1024 ids. */
  static Optional<SubwordTwin> of(ModelConfig config, long parameters, long embeddingAndHead) {
    if (config.vocabularySize() >= 1024) {
      return Optional.empty();
    }
    long width =
        switch (config) {
          case FlatConfig c -> c.width();
          case PooledConfig c -> c.global().width();
        };
    long tied = VOCABULARY * width;
    return Optional.of(
        new SubwordTwin(
            tied,
            2 * tied,
            parameters - embeddingAndHead + tied,
            1 - (double) embeddingAndHead / tied,
            1 - (double) embeddingAndHead / (2 * tied)));
  }
}
