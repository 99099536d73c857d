package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.finetune.LowRankAdapter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Low-rank adapters on a device: their factors, and the parameters that they change as they were.
 *
 * <p>The model itself always has the sum of both when it is used: {@link #mergeInto} brings it up
 * to date. Not thread-safe.
 */
final class Adapters {
  private final NDManager manager;
  private final LowRankConfig config;
  private final TorchProgram program;
  private final List<Parameter> parameters;
  private final NDList base = new NDList();
  private final ModelTensors factors;
  private boolean changed;

  /**
   * Adapters that change nothing yet.
   *
   * @param model whose parameters they are to change
   * @param seed of A
   */
  Adapters(NDManager manager, TorchModel model, LowRankConfig config, long seed) {
    this.manager = manager;
    this.config = config;
    this.parameters = model.parameters().parameters();
    AdapterProgram text = new AdapterProgram(parameters, config);
    this.program = new TorchProgram(manager, TorchScriptArchive.CLASS_HEADER + text.method());
    this.factors = ModelTensors.initial(manager, text.factors(), seed);
    for (int i = 0; i < parameters.size(); i++) {
      NDArray value = model.parameters().list().get(i);
      base.add(AdapterProgram.adapts(parameters.get(i)) ? value.duplicate() : value);
    }
  }

  /** What is learned. */
  ModelTensors factors() {
    return factors;
  }

  /** The parameters of the model without adapters, in layout order. */
  NDList base() {
    return base;
  }

  /** The factors are no longer those that the model has. */
  void changed() {
    changed = true;
  }

  /** Sets the parameters of the model to the sum, if the factors have changed. */
  void mergeInto(TorchModel model) {
    if (!changed) {
      return;
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList whole = program.call("whole", false, List.of(), List.of(factors.list(), base));
      whole.attach(scope);
      for (int i = 0; i < base.size(); i++) {
        if (AdapterProgram.adapts(parameters.get(i))) {
          whole.get(i).copyTo(model.parameters().list().get(i));
        }
      }
    }
    changed = false;
  }

  /** What a run needs to go on, besides what the optimiser remembers. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (int i = 0; i < base.size(); i++) {
      if (AdapterProgram.adapts(parameters.get(i))) {
        state.put("base." + parameters.get(i).name(), base.get(i));
      }
    }
    for (int i = 0; i < factors.list().size(); i++) {
      state.put("adapter." + factors.parameters().get(i).name(), factors.list().get(i));
    }
    return state;
  }

  /**
   * What was learned so far.
   *
   * @param like a checkpoint with the config and tokenizer of the model
   */
  LowRankAdapter adapter(Checkpoint like) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < base.size(); i++) {
      Parameter p = parameters.get(i);
      values.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), base.get(i).toFloatArray()));
    }
    Checkpoint before = new Checkpoint(like.config(), like.tokenizer(), values, like.history());
    return new LowRankAdapter(config, LowRankAdapter.hash(before), factors.toHeap());
  }
}
