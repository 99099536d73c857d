package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the vectors of a patch's bytes become one. */
public enum Pooling {
  /** Their mean over the bytes that are there, never over padding. */
  @JsonProperty("mean")
  MEAN,
  /** The vector of the last byte. */
  @JsonProperty("last")
  LAST,
  /** The largest value of each channel. */
  @JsonProperty("max")
  MAX,
  /** Their mean weighted by softmax(q · vector / √D) with a learned query q. */
  @JsonProperty("attention")
  ATTENTION
}
