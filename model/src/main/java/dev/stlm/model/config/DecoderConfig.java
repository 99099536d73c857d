package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The local layers that turn patches back into bytes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DecoderConfig.Autoregressive.class, name = "autoregressive"),
  @JsonSubTypes.Type(value = DecoderConfig.Parallel.class, name = "parallel")
})
public sealed interface DecoderConfig {
  /** The layers; as wide as the model. */
  StackConfig stack();

  /**
   * Byte by byte: each sees the bytes before it and the last finished patch.
   *
   * @param stack causal, within the window of its attention
   */
  record Autoregressive(StackConfig stack) implements DecoderConfig {
    public Autoregressive {
      ConfigChecks.present("decoder.stack", stack);
    }
  }

  /**
   * All bytes of a patch at once, from the patches before it alone: the paper's decoder (arXiv
   * 2405.14159), which takes the bytes of a patch to be independent of each other. Kept as the
   * baseline.
   *
   * @param slots bytes that are predicted at once; at least the cap of the patcher
   * @param stack its layers see all slots of the patch
   */
  record Parallel(int slots, StackConfig stack) implements DecoderConfig {
    public Parallel {
      ConfigChecks.range("decoder.slots", slots, 1, 256);
      ConfigChecks.present("decoder.stack", stack);
      if (stack.attention().window().isPresent()) {
        throw ConfigChecks.invalid(
            "decoder.stack.attention.window",
            stack.attention().window().get(),
            "none where decoder.type is \"parallel\"");
      }
    }
  }
}
