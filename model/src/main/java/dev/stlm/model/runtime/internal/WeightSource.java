package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ParameterLayout;
import java.util.HashMap;
import java.util.Map;

/** The weights of a checkpoint by name. A matrix that several names share is packed once. */
final class WeightSource {
  private final Checkpoint checkpoint;
  private final ParameterLayout layout;
  private final Packing packing;
  private final Map<String, PackedMatrix> packed = new HashMap<>();

  WeightSource(Checkpoint checkpoint, Packing packing) {
    this.checkpoint = checkpoint;
    this.packing = packing;
    this.layout = ParameterLayout.of(checkpoint.config());
  }

  PackedMatrix matrix(String name) {
    return packed.computeIfAbsent(
        layout.resolve(name).name(), stored -> packing.pack(checkpoint.tensor(stored)));
  }

  TensorRows table(String name) {
    return TensorRows.of(tensor(name));
  }

  /** All values of a small parameter, row by row. */
  float[] values(String name) {
    return tensor(name).toFloats();
  }

  private Tensor tensor(String name) {
    return checkpoint.tensor(layout.resolve(name).name());
  }
}
