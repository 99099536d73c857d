package dev.stlm.training.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a document is for. */
public enum Split {
  /** Learned. */
  @JsonProperty("train")
  TRAIN,
  /** Measured on while training. */
  @JsonProperty("valid")
  VALID,
  /** Kept for the end. */
  @JsonProperty("test")
  TEST;

  /** The name in files and directories. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
