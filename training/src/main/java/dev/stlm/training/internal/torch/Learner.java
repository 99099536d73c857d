package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.training.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that learns: parameters, optimiser moments and the program of a step, on one device.
 *
 * <p>Every step has a scope of its own for native memory, so memory stays flat. Not thread-safe.
 */
public final class Learner implements AutoCloseable {
  /**
   * What a step did.
   *
   * @param crossEntropy mean over the batch before the update, in nats an id
   * @param loss what was differentiated: with a teacher or drafts not the cross-entropy alone
   * @param gradientNorm global norm before clipping
   */
  public record StepResult(double crossEntropy, double loss, double gradientNorm) {
    /** Whether the step updated the parameters: all figures are finite. */
    public boolean finite() {
      return Double.isFinite(crossEntropy)
          && Double.isFinite(loss)
          && Double.isFinite(gradientNorm);
    }
  }

  /** Parameters with the same treatment, and their two moments. */
  private record Group(NDList values, NDList first, NDList second) {}

  private final NDManager manager;
  private final TorchProgram program;
  private final TorchModel model;
  private final Map<String, NDArray> firstMoments = new LinkedHashMap<>();
  private final Map<String, NDArray> secondMoments = new LinkedHashMap<>();
  private final Group decayed = new Group(new NDList(), new NDList(), new NDList());
  private final Group undecayed = new Group(new NDList(), new NDList(), new NDList());
  private final NDList masks = new NDList();
  private final Optional<TorchModel> teacher;

  /**
   * Copies a checkpoint to a device with moments of zero.
   *
   * @param manager an open manager of the PyTorch engine; closed with this learner
   * @param settings of the optimiser
   * @param precision of the products of a step; not {@link Precision#AUTO}
   * @param draftWeight weight of drafts in the loss, where the model makes any
   * @param teacher a model with the same vocabulary to learn from, if any
   * @param keepZeros whether values that are zero now stay zero
   */
  public Learner(
      NDManager manager,
      Checkpoint start,
      AdamSettings settings,
      Precision precision,
      double draftWeight,
      Optional<Teacher> teacher,
      boolean keepZeros) {
    this.manager = manager;
    this.model = new TorchModel(manager, start);
    ModelTensors parameters = model.parameters();
    this.teacher = teacher.map(t -> new TorchModel(manager, t.checkpoint()));
    List<Integer> masked = new ArrayList<>();
    for (int i = 0; i < parameters.list().size(); i++) {
      Parameter p = parameters.parameters().get(i);
      NDArray value = parameters.list().get(i);
      NDArray first = value.zerosLike();
      NDArray second = value.zerosLike();
      firstMoments.put(p.name(), first);
      secondMoments.put(p.name(), second);
      Group group = StepProgram.decays(p) ? decayed : undecayed;
      group.values().add(value);
      group.first().add(first);
      group.second().add(second);
      if (keepZeros && hasZeros(value)) {
        masked.add(i);
        masks.add(value.neq(0).toType(DataType.FLOAT32, false));
      }
    }
    this.program =
        new TorchProgram(
            manager,
            new StepProgram(
                    start.config(),
                    new StepProgram.Options(
                        settings, precision, draftWeight, teacher.map(Teacher::settings), masked))
                .text());
  }

  /**
   * One update.
   *
   * @param learningRate of this step
   * @param step number of this step, from 1: corrects the bias of the moments
   */
  public StepResult step(Batch batch, double learningRate, long step) {
    try (NDManager scope = manager.newSubManager()) {
      Shape shape = new Shape(batch.groups(), batch.sequences(), batch.length());
      ModelInputs inputs = model.inputs();
      NDArray y = ModelInputs.ids(scope, batch.targets(), shape);
      NDArray settings =
          scope.create(new double[] {learningRate, step}).toDevice(ai.djl.Device.cpu(), false);
      List<NDArray> tensors = new ArrayList<>(List.of(y, settings));
      teacher.ifPresent(t -> {
        NDArray logits =
            t.logits(scope, batch.inputs(), batch.groups() * batch.sequences(), batch.length());
        tensors.add(
            logits.reshape(
                batch.groups(), batch.sequences(), batch.length(), logits.getShape().get(2)));
      });
      List<NDList> lists =
          new ArrayList<>(
              List.of(
                  inputs.ids(
                      scope, batch.inputs(), batch.groups(), batch.sequences(), batch.length()),
                  inputs.rope(),
                  decayed.values(),
                  decayed.first(),
                  decayed.second(),
                  undecayed.values(),
                  undecayed.first(),
                  undecayed.second()));
      if (!masks.isEmpty()) {
        lists.add(masks);
      }
      float[] result = program.call("step", true, tensors, lists).singletonOrThrow().toFloatArray();
      return new StepResult(result[0], result[1], result[2]);
    }
  }

  /** Cross-entropy of a batch of one group, summed over its targets, in nats. */
  public double nats(Batch batch) {
    try (NDManager scope = manager.newSubManager()) {
      return model.nats(scope, batch);
    }
  }

  /** The parameters now, copied to the heap. */
  public Map<String, Tensor> weights() {
    return model.parameters().toHeap();
  }

  /** The moments now, copied to the heap: {@code first.NAME} and {@code second.NAME}. */
  public Map<String, float[]> moments() {
    Map<String, float[]> out = new LinkedHashMap<>();
    firstMoments.forEach((name, m) -> out.put("first." + name, m.toFloatArray()));
    secondMoments.forEach((name, m) -> out.put("second." + name, m.toFloatArray()));
    return out;
  }

  /** Sets the moments to what {@link #moments()} gave. */
  public void restoreMoments(Map<String, float[]> moments) {
    Map<String, float[]> left = new HashMap<>(moments);
    firstMoments.forEach((name, m) -> restore(left, "first." + name, m));
    secondMoments.forEach((name, m) -> restore(left, "second." + name, m));
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("unknown moments " + left.keySet());
    }
  }

  private static void restore(Map<String, float[]> moments, String name, NDArray target) {
    float[] values = moments.remove(name);
    if (values == null || values.length != target.size()) {
      throw new IllegalArgumentException("moments " + name + " are missing or of another size");
    }
    target.set(values);
  }

  private static boolean hasZeros(NDArray value) {
    for (float f : value.toFloatArray()) {
      if (f == 0) {
        return true;
      }
    }
    return false;
  }

  /** Frees all native memory. */
  @Override
  public void close() {
    manager.close();
  }
}
