package dev.stlm.model.checkpoint;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A whole model: config, tokenizer, one tensor a stored parameter, and what was done to it.
 *
 * <p>Immutable. The tensors of a checkpoint that was opened from disk view mapped memory, which
 * lives as long as they are reachable.
 *
 * @param config what the model is
 * @param tokenizer how its ids are made
 * @param tensors by parameter name, in layout order; exactly the stored parameters of the layout
 * @param history what was done to make it, oldest first
 */
public record Checkpoint(
    ModelConfig config, Tokenizer tokenizer, Map<String, Tensor> tensors, History history) {

  public Checkpoint {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    CheckpointChecks.fits(config, tokenizer, tensors);
  }

  /**
   * The tensor behind a parameter's name; for a tied parameter the one it is tied to.
   *
   * @throws IllegalArgumentException if the layout has no such parameter
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      tensor = tensors.get(ParameterLayout.of(config).resolve(name).name());
    }
    return Objects.requireNonNull(tensor, name);
  }

  /** Bytes of all tensors in their encodings. */
  public long byteSize() {
    return tensors.values().stream().mapToLong(Tensor::byteSize).sum();
  }

  /** Number of values that are not zero. */
  public long nonZeroCount() {
    long n = 0;
    for (Tensor t : tensors.values()) {
      for (float f : t.toFloats()) {
        if (f != 0) {
          n++;
        }
      }
    }
    return n;
  }

  /**
   * The same model for shorter sequences. With longrope the length chooses the factors ({@link
   * dev.stlm.model.config.RopeFrequencies}); otherwise it changes nothing but the length.
   *
   * @param length from 1 to the context length of the config
   * @throws InvalidInputException if it is out of range
   */
  public Checkpoint withContextLength(int length) {
    if (length < 1 || length > config.contextLength()) {
      throw new InvalidInputException(
          "a context of %d ids was asked for; this model takes 1 to %d"
              .formatted(length, config.contextLength()));
    }
    return new Checkpoint(config.withContextLength(length), tokenizer, tensors, history);
  }

  /** The same model with other tensors and one more entry of history. */
  public Checkpoint with(Map<String, Tensor> newTensors, History.Entry entry) {
    return new Checkpoint(config, tokenizer, newTensors, history.plus(entry));
  }
}
