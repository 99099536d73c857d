package dev.stlm.model.checkpoint;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Map;
import java.util.stream.IntStream;

/** Whether config, tokenizer and tensors belong together. */
final class CheckpointChecks {
  private CheckpointChecks() {}

  static void vocabulary(ModelConfig config, Tokenizer tokenizer, String where) {
    if (tokenizer.vocabularySize() != config.vocabularySize()) {
      throw new InvalidInputException(
          where
              + ": the tokenizer has "
              + tokenizer.vocabularySize()
              + " ids and the config's vocabularySize is "
              + config.vocabularySize()
              + "; they must be equal");
    }
    if (config instanceof PooledConfig && !readsBytes(tokenizer)) {
      throw new InvalidInputException(
          where
              + ": architecture is \"pooled\", which patches bytes, and in tokenizer type \""
              + tokenizer.type()
              + "\" ids 0 to 255 are not the bytes; use one of type \"byte\", or a flat model");
    }
  }

  /** Whether ids 0 to 255 are the bytes of that value. */
  private static boolean readsBytes(Tokenizer tokenizer) {
    byte[] bytes = new byte[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) i;
    }
    int[] ids = tokenizer.encode(bytes);
    return ids.length == 256 && IntStream.range(0, 256).allMatch(i -> ids[i] == i);
  }

  static void fits(ModelConfig config, Tokenizer tokenizer, Map<String, Tensor> tensors) {
    vocabulary(config, tokenizer, "checkpoint");
    Map<String, Parameter> layout = ParameterLayout.of(config).byName();
    for (Parameter p : layout.values()) {
      Tensor t = tensors.get(p.name());
      if (t == null) {
        throw new InvalidInputException(
            "checkpoint: parameter " + p.name() + " is missing; the config asks for it");
      }
      if (t.rows() != p.rows() || t.columns() != p.columns()) {
        throw new InvalidInputException(
            "checkpoint: parameter %s is %d by %d, the config asks for %d by %d"
                .formatted(p.name(), t.rows(), t.columns(), p.rows(), p.columns()));
      }
    }
    for (String name : tensors.keySet()) {
      if (!layout.containsKey(name)) {
        throw new InvalidInputException(
            "checkpoint: parameter " + name + " is not one that the config asks for");
      }
    }
  }
}
