package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.training.config.ObjectiveConfig;
import java.util.List;
import java.util.stream.Stream;

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
    this(manager, checkpoint, precision, LearnerSettings.of(ObjectiveConfig.DEFAULT));
  }

  /**
   * With the objective of a learner; with dropout for {@link #objective} and {@link #gradients}
   * alone.
   */
  TorchModel(
      NDManager manager, Checkpoint checkpoint, DataType precision, LearnerSettings settings) {
    this(manager, checkpoint, precision, settings, manager.getDevice().isGpu());
  }

  /** With the program for a GPU, or that for a CPU, wherever the manager is. */
  TorchModel(
      NDManager manager,
      Checkpoint checkpoint,
      DataType precision,
      LearnerSettings settings,
      boolean gpu) {
    ModelConfig config = checkpoint.config();
    this.program = new TorchProgram(manager, new ForwardProgram(config, settings, gpu).text());
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
    NDArray sum = withTargets("nats", false, scope, batch, values, List.of()).singletonOrThrow();
    return sum.toType(DataType.FLOAT64, false).getDouble();
  }

  /**
   * What training minimises without a teacher, of a batch of one group: a mean, in nats.
   *
   * @param part {@code causal}, or {@code masked} where the objective has masked sequences
   * @param noise {@code [share that falls out, seed]} where it has dropout, else nothing
   */
  double objective(NDManager scope, String part, Batch batch, double... noise) {
    NDArray mean =
        withTargets(part + "Objective", false, scope, batch, parameters, noise(scope, noise))
            .singletonOrThrow();
    return mean.toType(DataType.FLOAT64, false).getDouble();
  }

  /** Derivatives of {@link #objective}, in layout order. */
  NDList gradients(NDManager scope, String part, Batch batch, double... noise) {
    return withTargets(part + "Derivatives", true, scope, batch, parameters, noise(scope, noise));
  }

  private static List<NDArray> noise(NDManager scope, double[] noise) {
    return noise.length == 0 ? List.of() : List.of(scope.create(noise));
  }

  ModelTensors parameters() {
    return parameters;
  }

  ModelInputs inputs() {
    return inputs;
  }

  private NDList withTargets(
      String method,
      boolean gradients,
      NDManager scope,
      Batch batch,
      ModelTensors values,
      List<NDArray> noise) {
    int sequences = batch.sequences();
    int length = batch.length();
    NDArray y = ModelInputs.ids(scope, batch.targets(), new Shape(sequences, length));
    return program.call(
        method,
        gradients,
        Stream.concat(Stream.of(y), noise.stream()).toList(),
        List.of(
            inputs.ids(scope, batch.inputs(), sequences, length), inputs.rope(), values.list()));
  }
}
