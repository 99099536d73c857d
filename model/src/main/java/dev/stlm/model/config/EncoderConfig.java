package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The local layers before pooling.
 *
 * @param scope what a byte sees of the others
 * @param stack the layers; as wide as the model
 */
public record EncoderConfig(Scope scope, StackConfig stack) {
  /** What a byte sees. */
  public enum Scope {
    /** The bytes before it, across patches, within the window of the stack's attention. */
    @JsonProperty("causal")
    CAUSAL,
    /**
     * All bytes of its own patch, later ones too, and no others: the paper's (arXiv 2405.14159).
     * What such a layer says of a byte is used only once the patch is finished.
     */
    @JsonProperty("patch")
    PATCH
  }

  public EncoderConfig {
    ConfigChecks.present("encoder.scope", scope);
    ConfigChecks.present("encoder.stack", stack);
    if (scope == Scope.PATCH && stack.attention().window().isPresent()) {
      throw ConfigChecks.invalid(
          "encoder.stack.attention.window",
          stack.attention().window().get(),
          "none where encoder.scope is \"patch\"");
    }
  }
}
