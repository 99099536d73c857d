package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** The stored parameters of a layout as tensors on a device, in layout order. */
final class ModelTensors {
  private final List<Parameter> parameters;
  private final NDList tensors = new NDList();

  private ModelTensors(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Copies the values of a checkpoint, whatever their encoding, to a device. */
  static ModelTensors of(NDManager manager, Checkpoint checkpoint, DataType precision) {
    ModelTensors model = new ModelTensors(ParameterLayout.of(checkpoint.config()).stored());
    for (Parameter p : model.parameters) {
      float[] values = checkpoint.tensor(p.name()).toFloats();
      model.tensors.add(tensor(manager, p, values).toType(precision, /* copy= */ false));
    }
    return model;
  }

  /** Values by their {@link Init}, which is the same for a seed on every machine. */
  static ModelTensors initial(NDManager manager, List<Parameter> parameters, long seed) {
    ModelTensors model = new ModelTensors(parameters);
    SplittableRandom seeds = new SplittableRandom(seed);
    for (Parameter p : parameters) {
      Random random = new Random(seeds.nextLong());
      float[] values = new float[Math.toIntExact(p.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (p.init()) {
              case Init.Constant c -> c.value();
              case Init.Normal n -> (float) (n.standardDeviation() * random.nextGaussian());
            };
      }
      model.tensors.add(tensor(manager, p, values));
    }
    return model;
  }

  /** A gain is a vector, everything else a matrix. */
  private static NDArray tensor(NDManager manager, Parameter p, float[] values) {
    Shape shape =
        p.kind() == Parameter.Kind.GAIN ? new Shape(p.columns()) : new Shape(p.rows(), p.columns());
    return manager.create(values, shape);
  }

  /** Sets all values, by name. */
  void set(Map<String, Tensor> values) {
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      Tensor value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no values for " + name);
      }
      tensors.get(i).set(value.toFloats());
    }
  }

  NDList list() {
    return tensors;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Copies the values back to the heap, by name. */
  Map<String, Tensor> toHeap() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      out.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), tensors.get(i).toFloatArray()));
    }
    return out;
  }
}
