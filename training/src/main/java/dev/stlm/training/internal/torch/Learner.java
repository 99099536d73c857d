package dev.stlm.training.internal.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.finetune.LowRankAdapter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model that learns: parameters, what the optimiser remembers and the program of a step, on one
 * device.
 *
 * <p>On a CPU the sequences of a batch are shared among {@link DataParallel threads}. Every step
 * has a scope of its own for native memory, so memory stays flat. Not thread-safe.
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

  private record Sequences(NDArray targets, NDList ids) {}

  /** A batch on the device, ready for a step; its memory is freed when it is closed. */
  public static final class Prepared implements AutoCloseable {
    private final NDManager scope;
    private final Batch batch; // cut into as many shares as are differentiated at once
    private final int shares;
    private final Sequences causal;
    private final Optional<Sequences> masked;

    private Prepared(
        NDManager scope, Batch batch, int shares, Sequences causal, Optional<Sequences> masked) {
      this.scope = scope;
      this.batch = batch;
      this.shares = shares;
      this.causal = causal;
      this.masked = masked;
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  /** Begins the names of parameters that are saved beside their average. */
  private static final String PARAMETERS = "weights.";

  private final NDManager manager;
  private final Checkpoint start;
  private final DataParallel parallel;
  private final TorchProgram program;
  private final TorchModel model;
  private final List<NDList> groups = new ArrayList<>(); // as the step takes them
  private final Map<String, NDArray> moments = new LinkedHashMap<>(); // by SLOT.NAME
  private final Optional<ModelTensors> average;
  private final Optional<AveragingConfig> averaging;
  private final NDList masks = new NDList();
  private final Optional<Adapters> adapters;
  private final Optional<TorchModel> teacher;
  private @Nullable StateCopy copy;

  /**
   * Copies a checkpoint to a device; the optimiser remembers zeros.
   *
   * @param manager an open manager of the PyTorch engine; closed with this learner
   */
  public Learner(NDManager manager, Checkpoint start, LearnerSettings settings) {
    this.manager = manager;
    this.parallel =
        DataParallel.on(manager.getDevice(), settings.objective().dropout().isPresent());
    this.start = start;
    this.model = new TorchModel(manager, start);
    this.teacher = settings.teacher().map(t -> new TorchModel(manager, t.checkpoint()));
    NDList parameters = model.parameters().list();
    List<Integer> masked = new ArrayList<>();
    if (settings.keepZeros()) {
      for (int i = 0; i < parameters.size(); i++) {
        NDArray value = parameters.get(i);
        if (hasZeros(value)) {
          masked.add(i);
          masks.add(value.neq(0).toType(DataType.FLOAT32, false));
        }
      }
    }
    this.adapters =
        settings.adapters().map(low -> new Adapters(manager, model, low, settings.seed()));
    adapters.ifPresent(a -> moments.putAll(a.state()));
    StepProgram step =
        new StepProgram(start.config(), settings, manager.getDevice().isGpu(), masked);
    step.groups().forEach(this::keep);
    this.averaging = settings.averaging();
    this.average = averaging.map(a -> ModelTensors.of(manager, start, DataType.FLOAT32));
    if (average.isPresent()) {
      for (int i = 0; i < parameters.size(); i++) {
        moments.put(PARAMETERS + model.parameters().parameters().get(i).name(), parameters.get(i));
      }
    }
    this.program = new TorchProgram(manager, step.text());
  }

  /**
   * Checks that a model can have an objective, before anything is made for it.
   *
   * @throws InvalidInputException if it can not
   */
  public static void requireFits(ModelConfig model, ObjectiveConfig objective) {
    new ForwardProgram(model, LearnerSettings.of(objective), /* gpu= */ false);
  }

  private void keep(UpdateProgram.Group group) {
    ModelTensors learned = adapters.map(Adapters::factors).orElse(model.parameters());
    NDList values = new NDList();
    group.parameters().forEach(i -> values.add(learned.list().get(i)));
    groups.add(values);
    for (String slot : group.slots()) {
      NDList zeros = new NDList();
      for (int i : group.parameters()) {
        NDArray zero = learned.list().get(i).zerosLike();
        moments.put(slot + "." + learned.parameters().get(i).name(), zero);
        zeros.add(zero);
      }
      groups.add(zeros);
    }
  }

  /**
   * One update.
   *
   * @param learningRate of this step
   * @param step number of this step, from 1: corrects the bias of the moments
   */
  public StepResult step(Batch batch, double learningRate, long step) {
    try (Prepared prepared = prepare(batch)) {
      return step(prepared, learningRate, step);
    }
  }

  /** Brings a batch without masked sequences to the device. */
  public Prepared prepare(Batch batch) {
    return prepare(batch, Optional.empty());
  }

  /**
   * Brings a batch to the device; any thread may do this while another does a step.
   *
   * @param masked sequences whose positions see all others, as many groups as the batch; there if
   *     and only if the objective has them
   */
  public Prepared prepare(Batch batch, Optional<Batch> masked) {
    NDManager scope = manager.newSubManager();
    int shares = parallel.shares(batch, masked);
    Batch cut = batch.cut(shares);
    return new Prepared(
        scope,
        cut,
        shares,
        sequences(scope, cut),
        masked.map(m -> sequences(scope, m.cut(shares))));
  }

  private Sequences sequences(NDManager scope, Batch batch) {
    int groups = batch.groups();
    int sequences = batch.sequences();
    int length = batch.length();
    return new Sequences(
        ModelInputs.ids(scope, batch.targets(), new Shape(groups, sequences, length)),
        model.inputs().ids(scope, batch.inputs(), groups, sequences, length));
  }

  /** As {@link #step(Batch, double, long)}, of a batch that is on the device. */
  public StepResult step(Prepared prepared, double learningRate, long step) {
    return step(prepared, learningRate, step, Noise.NONE);
  }

  /**
   * One update.
   *
   * @param noise what falls out where the objective has dropout
   */
  public StepResult step(Prepared prepared, double learningRate, long step, Noise noise) {
    try (NDManager scope = manager.newSubManager()) {
      int microBatches = prepared.batch.groups();
      double share = 1 - averaging.map(a -> a.decay(step)).orElse(1.0);
      NDArray settings = onCpu(scope, noise.settings(learningRate, step, share, microBatches));
      NDList sum = gradients(scope, prepared, settings);
      List<NDList> lists = new ArrayList<>(List.of(sum));
      lists.addAll(groups);
      adapters.ifPresent(a -> lists.add(a.base()));
      average.ifPresent(a -> lists.add(a.list()));
      if (!masks.isEmpty()) {
        lists.add(masks);
      }
      float[] result =
          program.call("apply", true, List.of(settings), lists).singletonOrThrow().toFloatArray();
      adapters.ifPresent(Adapters::changed);
      return new StepResult(result[0], result[1], result[2]);
    }
  }

  /** What {@code apply} takes: figures and gradients of the whole batch. */
  private NDList gradients(NDManager scope, Prepared prepared, NDArray settings) {
    Batch batch = prepared.batch;
    List<NDArray> tensors = new ArrayList<>(List.of(settings, prepared.causal.targets()));
    teacher.ifPresent(t -> {
      NDArray logits =
          t.logits(scope, batch.inputs(), batch.groups() * batch.sequences(), batch.length());
      tensors.add(
          logits.reshape(
              batch.groups(), batch.sequences(), batch.length(), logits.getShape().get(2)));
    });
    List<NDList> lists = new ArrayList<>(List.of(prepared.causal.ids(), model.inputs().rope()));
    prepared.masked.ifPresent(m -> {
      tensors.add(m.targets());
      lists.add(m.ids());
    });
    lists.add(adapters.map(Adapters::factors).orElse(model.parameters()).list());
    adapters.ifPresent(a -> lists.add(a.base()));
    int microBatches = batch.groups() / prepared.shares;
    List<NDList> parts =
        parallel.each(
            prepared.shares,
            i -> {
              List<NDArray> all = new ArrayList<>(tensors);
              all.addFirst(onCpu(scope, i * microBatches, (i + 1) * microBatches));
              return program.call("differentiate", true, all, lists);
            });
    NDList sum = parts.getFirst();
    for (NDList part : parts.subList(1, parts.size())) {
      program.call("add", false, List.of(), List.of(sum, part));
      part.close();
    }
    return sum;
  }

  /** Figures that a program reads: on a GPU it would have to wait for them. */
  private static NDArray onCpu(NDManager scope, double... values) {
    return scope.newSubManager(Device.cpu()).create(values);
  }

  /** Cross-entropy of a batch of one group by {@link #weights()}, summed, in nats. */
  public double nats(Batch batch) {
    adapters.ifPresent(a -> a.mergeInto(model));
    try (NDManager scope = manager.newSubManager()) {
      return model.nats(scope, batch, result());
    }
  }

  /**
   * The parameters now, or their average where there is one, adapters merged, copied to the heap.
   */
  public Map<String, Tensor> weights() {
    adapters.ifPresent(a -> a.mergeInto(model));
    return result().toHeap();
  }

  /** What adapters have learned, if there are any. */
  public Optional<LowRankAdapter> adapter() {
    return adapters.map(a -> a.adapter(start));
  }

  /** The parameters that the next step starts from, copied to the heap. */
  public Map<String, Tensor> parameters() {
    return model.parameters().toHeap();
  }

  /**
   * Sets the parameters that the next step starts from; an average of them goes on from its own.
   */
  public void setParameters(Map<String, Tensor> values) {
    if (adapters.isPresent()) {
      throw new InvalidInputException(
          "training: adapters and an outer loop exclude each other; leave out one of both");
    }
    model.parameters().set(values);
  }

  /** Keeps a copy of parameters, their average and what the optimiser remembers, on the device. */
  public void remember() {
    if (copy == null) {
      NDList state = new NDList(model.parameters().list());
      moments.forEach((name, m) -> {
        if (!name.startsWith(PARAMETERS)) {
          state.add(m);
        }
      });
      average.ifPresent(a -> state.addAll(a.list()));
      copy = new StateCopy(manager, state);
    } else {
      copy.keep();
    }
  }

  /**
   * Makes parameters, their average and what the optimiser remembers what they were at the last
   * {@link #remember()}.
   */
  public void goBack() {
    if (copy == null) {
      throw new IllegalStateException("nothing was remembered");
    }
    copy.restore();
    adapters.ifPresent(Adapters::changed);
  }

  private ModelTensors result() {
    return average.orElse(model.parameters());
  }

  /**
   * What the optimiser remembers now, copied to the heap: {@code SLOT.NAME}, and with an average
   * also the parameters themselves: {@code weights.NAME}; with adapters also their factors, {@code
   * adapter.NAME}, and the parameters that they change, {@code base.NAME}.
   */
  public Map<String, float[]> moments() {
    Map<String, float[]> out = new LinkedHashMap<>();
    moments.forEach((name, m) -> out.put(name, m.toFloatArray()));
    return out;
  }

  /** Sets what the optimiser remembers to what {@link #moments()} gave. */
  public void restoreMoments(Map<String, float[]> saved) {
    Map<String, float[]> left = new HashMap<>(saved);
    moments.forEach((name, m) -> {
      float[] values = left.remove(name);
      if (values == null || values.length != m.size()) {
        throw new IllegalArgumentException("moments " + name + " are missing or of another size");
      }
      m.set(values);
    });
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("unknown moments " + left.keySet());
    }
    adapters.ifPresent(Adapters::changed);
  }

  private static boolean hasZeros(NDArray value) {
    for (float f : value.toFloatArray()) {
      if (f == 0) {
        return true;
      }
    }
    return false;
  }

  /** Ends the threads and frees all native memory. */
  @Override
  public void close() {
    parallel.close();
    manager.close();
  }
}
