package dev.stlm.training.internal.loop;

import ai.djl.ndarray.NDManager;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.GrowthConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.torch.Learner;
import dev.stlm.training.internal.torch.LearnerSettings;
import dev.stlm.training.internal.torch.TorchDevice;
import java.util.Map;
import java.util.Optional;

/**
 * The model of a run on its device: one learner from start to end or, where the model grows, one
 * with half of the layers and then one with all. Not thread-safe.
 */
final class RunModel implements AutoCloseable {
  private final RunSetup setup;
  private Checkpoint start;
  private Learner learner;
  private Optional<Integer> growsTo;

  private RunModel(RunSetup setup, Checkpoint start, Optional<Integer> growsTo, Learner learner) {
    this.setup = setup;
    this.start = start;
    this.growsTo = growsTo;
    this.learner = learner;
  }

  /**
   * Checks that a run can grow its model, if it is to.
   *
   * @throws InvalidInputException if not
   */
  static void requireFits(RunSetup setup) {
    if (setup.config().growth().isEmpty()) {
      return;
    }
    require(setup.outer().isEmpty(), "a run without other workers; leave the outer loop out");
    if (setup.resumed().isEmpty()) {
      require(InitialCheckpoint.isInitial(setup.start()), "a new model, not one that was trained");
      require(setup.start().config().layers() >= 2, "a model of at least 2 layers");
      require(!setup.keepZeros(), "all values of the layers; leave out that zeros are kept");
      require(
          setup.config().fineTuning().adapters().isEmpty(),
          "to train the layers themselves; leave the adapters out");
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new InvalidInputException("training: growth of the model needs " + what);
    }
  }

  /**
   * Brings the model of a run to its device, as it is at the start or as it was saved, and makes
   * the directory of a new run; the optimiser remembers nothing yet.
   */
  static RunModel open(RunSetup setup) {
    Checkpoint start = setup.start();
    Optional<Integer> growsTo = Optional.empty();
    if (setup.resumed().isPresent()) {
      growsTo = savedGrowth(setup);
    } else if (setup.config().growth().isPresent()) {
      ModelConfig all = start.config();
      growsTo = Optional.of(all.layers());
      start =
          new Stacking(all.withLayers(GrowthConfig.layersAtFirst(all.layers())), all).lower(start);
    }
    NDManager manager = TorchDevice.open(setup.device());
    try {
      TorchDevice.useThreads(
          setup.resumed().map(s -> s.state().threads()).orElse(setup.config().threads()));
      if (setup.resumed().isEmpty()) {
        setup.directory().ifPresent(RunDirectory::create);
      }
      return new RunModel(setup, start, growsTo, learner(setup, start, manager));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Layers that a resumed run still grows to. */
  private static Optional<Integer> savedGrowth(RunSetup setup) {
    Optional<Integer> saved = setup.resumed().flatMap(r -> r.state().growsTo());
    if (saved.isEmpty()) {
      return saved;
    }
    int layers = setup.start().config().layers();
    if (setup.config().growth().isEmpty() || saved.get() <= layers || saved.get() > 2 * layers) {
      throw new InvalidInputException(
          "%s: growsTo is %d for a model of %d layers; it is damaged, start a new run"
              .formatted(
                  setup.directory().map(RunDirectory::stateFile).orElseThrow(),
                  saved.get(),
                  layers));
    }
    return saved;
  }

  private static Learner learner(RunSetup setup, Checkpoint start, NDManager manager) {
    TrainingConfig config = setup.config();
    return new Learner(
        manager,
        start,
        new LearnerSettings(
            config.optimizer(),
            config.averaging(),
            config.objective(),
            config.precision().resolve(TorchDevice.hasBfloat16(manager.getDevice())),
            setup.teacher(),
            setup.keepZeros(),
            config.fineTuning().adapters(),
            config.seed(),
            config.recompute()));
  }

  /** What learns now. */
  Learner learner() {
    return learner;
  }

  /** The model now, with the values that are measured and kept. */
  Checkpoint checkpoint(History history) {
    return new Checkpoint(start.config(), start.tokenizer(), learner.weights(), history);
  }

  /** Layers of the main stack now. */
  int layers() {
    return start.config().layers();
  }

  /** Layers that the model will grow to, if it still does. */
  Optional<Integer> growsTo() {
    return growsTo;
  }

  /** Share of the run after which the model grows; 1 if it does not, or not any more. */
  double growsAt() {
    return growsTo.isPresent() ? setup.config().growth().orElseThrow().at() : 1;
  }

  /** Puts the layers that were learned once more on top, with what the optimiser remembers. */
  void grow() {
    ModelConfig all = start.config().withLayers(growsTo.orElseThrow());
    Stacking stacking = new Stacking(start.config(), all);
    Checkpoint stacked = stacking.stacked(checkpoint(start.history()));
    Map<String, float[]> lower = learner.moments();
    NDManager manager = TorchDevice.open(setup.device());
    try {
      Learner next = learner(setup, stacked, manager);
      next.restoreMoments(stacking.stacked(lower, next.moments()));
      learner.close();
      learner = next;
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
    start = stacked;
    growsTo = Optional.empty();
  }

  /** Frees all native memory. */
  @Override
  public void close() {
    learner.close();
  }
}
