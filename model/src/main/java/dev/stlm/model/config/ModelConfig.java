package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What every architecture of the family has; the concrete record says the rest. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "architecture")
@JsonSubTypes(@JsonSubTypes.Type(value = FlatConfig.class, name = "flat"))
public sealed interface ModelConfig permits FlatConfig {
  /** Number of ids, V. */
  int vocabularySize();

  /** Most ids that a session holds, T. */
  int contextLength();

  /** Width of the residual stream at the embedding and the head, D. */
  int width();
}
