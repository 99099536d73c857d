package dev.stlm.training.runtime;

import ai.djl.ndarray.NDManager;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.internal.torch.TorchDevice;
import dev.stlm.training.internal.torch.TorchModel;
import java.util.List;

/** A checkpoint on a device of PyTorch. Calls of its sessions run one at a time. */
final class DjlModel implements LanguageModel {
  private final Checkpoint checkpoint;
  private final String hash;
  private final NDManager manager;
  private final TorchModel model;
  private boolean closed;

  DjlModel(Checkpoint checkpoint, String device) {
    this.checkpoint = checkpoint;
    this.hash = CheckpointHash.of(checkpoint);
    this.manager = TorchDevice.open(device);
    this.model = new TorchModel(manager, checkpoint);
  }

  @Override
  public ModelConfig config() {
    return checkpoint.config();
  }

  @Override
  public Tokenizer tokenizer() {
    return checkpoint.tokenizer();
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public synchronized Session newSession() {
    requireOpen();
    return new DjlSession(this);
  }

  @Override
  public List<float[]> append(List<? extends Session> sessions, List<int[]> ids) {
    requireFit(sessions, ids);
    return LanguageModel.super.append(sessions, ids);
  }

  @Override
  public void append(List<? extends Session> sessions, List<int[]> ids, BatchLogitsSink sink) {
    requireFit(sessions, ids);
    LanguageModel.super.append(sessions, ids, sink);
  }

  /** Checks all before any is read, so that a refusal leaves every session as it was. */
  private static void requireFit(List<? extends Session> sessions, List<int[]> ids) {
    for (int i = 0; i < sessions.size(); i++) {
      ((DjlSession) sessions.get(i)).requireFits(ids.get(i));
    }
  }

  /**
   * Logits after each id of one sequence.
   *
   * @return {@code [length · vocabulary]}
   */
  synchronized float[] logits(int[] ids) {
    requireOpen();
    try (NDManager scope = manager.newSubManager()) {
      return model.logits(scope, ids, 1, ids.length).toFloatArray();
    }
  }

  /**
   * Logits of the id that follows the ids and the guesses after them.
   *
   * @return {@code [vocabulary]}
   */
  synchronized float[] draft(int[] ids, int[] guesses) {
    requireOpen();
    try (NDManager scope = manager.newSubManager()) {
      return model.draft(scope, ids, guesses).toFloatArray();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    manager.close();
  }
}
