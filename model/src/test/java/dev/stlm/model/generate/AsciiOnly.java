package dev.stlm.model.generate;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes a tied model that gives ids from 128 on the logit 0, and one ASCII id a positive one. */
final class AsciiOnly {
  private AsciiOnly() {}

  static Checkpoint of(Checkpoint checkpoint) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
    tensors.computeIfPresent(
        "embed",
        (_, t) -> {
          float[] values = t.toFloats();
          for (int i = 128 * t.columns(); i < values.length; i++) {
            values[i] = 0;
          }
          // a row and its opposite: one of the two has a logit of at least 0
          for (int i = 0; i < 64 * t.columns(); i++) {
            values[64 * t.columns() + i] = -values[i];
          }
          return Tensor.F32.of(t.rows(), t.columns(), values);
        });
    return new Checkpoint(
        checkpoint.config(), checkpoint.tokenizer(), tensors, checkpoint.history());
  }
}
