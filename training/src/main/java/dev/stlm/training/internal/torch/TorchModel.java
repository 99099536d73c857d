package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.Precision;
import java.util.List;

/**
 * Parameters on a device and the forward pass over them: a runtime, a teacher, a learner's half.
 */
public final class TorchModel {
  private final TorchProgram program;
  private final ModelTensors parameters;
  private final ModelInputs inputs;

  /**
   * Copies a checkpoint to the device of a manager, which owns the copy.
   *
   * @param manager an open manager of the PyTorch engine
   */
  public TorchModel(NDManager manager, Checkpoint checkpoint) {
    this(manager, checkpoint, DataType.FLOAT32);
  }

  /** Computes in another precision. */
  TorchModel(NDManager manager, Checkpoint checkpoint, DataType precision) {
    ModelConfig config = checkpoint.config();
    this.program =
        new TorchProgram(
            manager, new ForwardProgram(config, Precision.FLOAT32, ObjectiveConfig.DEFAULT).text());
    this.parameters = ModelTensors.of(manager, checkpoint, precision);
    this.inputs = new ModelInputs(manager, config, precision);
  }

  /**
   * Logits after each id of sequences.
   *
   * @param scope owns the result
   * @param ids {@code [sequences, length]}
   * @return {@code [sequences, length, vocabulary]}
   */
  public NDArray logits(NDManager scope, int[] ids, int sequences, int length) {
    return program
        .call(
            "logits",
            false,
            List.of(),
            List.of(inputs.ids(scope, ids, sequences, length), inputs.rope(), parameters.list()))
        .singletonOrThrow();
  }

  /**
   * Logits of the id after a sequence and guesses, from the cell that drafts; for a config that has
   * it.
   *
   * @param scope owns the result
   * @param guesses ids that are taken to follow, at least 1
   * @return {@code [1, vocabulary]}
   */
  public NDArray draft(NDManager scope, int[] ids, int[] guesses) {
    return program
        .call(
            "draft",
            false,
            List.of(ModelInputs.ids(scope, guesses, new Shape(1, guesses.length))),
            List.of(inputs.ids(scope, ids, 1, ids.length), inputs.rope(), parameters.list()))
        .singletonOrThrow();
  }

  /** Cross-entropy of a batch of one group, summed over its targets, in nats. */
  public double nats(NDManager scope, Batch batch) {
    return nats(scope, batch, parameters);
  }

  /** The same with other values of the parameters. */
  double nats(NDManager scope, Batch batch, ModelTensors values) {
    NDArray sum = withTargets("nats", false, scope, batch, values).singletonOrThrow();
    return sum.toType(DataType.FLOAT64, false).getDouble();
  }

  /** What training minimises without a teacher, of a batch of one group: a mean, in nats. */
  double objective(NDManager scope, Batch batch) {
    NDArray mean = withTargets("objective", false, scope, batch, parameters).singletonOrThrow();
    return mean.toType(DataType.FLOAT64, false).getDouble();
  }

  /** Derivatives of {@link #objective}, in layout order. */
  NDList gradients(NDManager scope, Batch batch) {
    return withTargets("gradients", true, scope, batch, parameters);
  }

  ModelTensors parameters() {
    return parameters;
  }

  ModelInputs inputs() {
    return inputs;
  }

  private NDList withTargets(
      String method, boolean gradients, NDManager scope, Batch batch, ModelTensors values) {
    int sequences = batch.sequences();
    int length = batch.length();
    NDArray y = ModelInputs.ids(scope, batch.targets(), new Shape(sequences, length));
    return program.call(
        method,
        gradients,
        List.of(y),
        List.of(
            inputs.ids(scope, batch.inputs(), sequences, length), inputs.rope(), values.list()));
  }
}
