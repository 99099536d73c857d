package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/** What every architecture of the family has; the concrete record says the rest. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "architecture")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FlatConfig.class, name = "flat"),
  @JsonSubTypes.Type(value = PooledConfig.class, name = "pooled")
})
public sealed interface ModelConfig permits FlatConfig, PooledConfig {
  /** Number of ids, V. */
  int vocabularySize();

  /** Most ids that a session holds, T. */
  int contextLength();

  /** The same model for sequences up to another length. */
  ModelConfig withContextLength(int length);

  /** Blocks of the main stack: all of a flat model, those over patches of a pooled one. */
  int layers();

  /**
   * The same model with another number of blocks in its main stack, at least 1; layers of a group
   * that share weights become as many as there are, at most.
   */
  ModelConfig withLayers(int layers);

  /** Width of the residual stream at the embedding and the head, D. */
  int width();

  /** Added to the mean square in RMSNorm (Zhang and Sennrich 2019). */
  double normEpsilon();

  /** Whether the output head is the embedding (Press and Wolf 2017). */
  boolean tiedHead();

  /** Hashed embeddings of the last ids, if any. */
  Optional<NgramConfig> ngrams();

  /**
   * Smear, if any: the embedding e of an id becomes {@code e + s · σ(w · e[0..n)) · e'} where e' is
   * the embedding of the id before it (nothing at the start), and w {@code [n]} and s are learned
   * ({@code smear.gate}, {@code smear.scale}); the value is n, from 1 to D. N-grams are added
   * after.
   */
  Optional<Integer> smear();

  /** Soft cap c of the logits, if any: z becomes c · tanh(z / c) (Gemma 2, arXiv 2408.00118). */
  Optional<Double> logitSoftCap();

  /**
   * Ids after the next that training predicts too, if any: n drafts a position (Gloeckle et al.
   * 2024, arXiv 2404.19737), made one after the other so that each knows the ids before it (compare
   * Hydra, Ankner et al. 2024, arXiv 2402.05109). With x the residual stream before the last norm,
   * e(b) the embedding of id b, and s₀ = x of position t: {@code s_j = s_(j−1) + W_o relu²(W_i
   * [norm(s_(j−1)) ; norm(e(b_(t+j)))])}; the logits of id t + j + 1 are those of s_j, through the
   * last norm and the head. One cell ({@code future.*}) serves every j.
   */
  Optional<Integer> futureIds();
}
