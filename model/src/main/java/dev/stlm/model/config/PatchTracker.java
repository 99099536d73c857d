package dev.stlm.model.config;

import dev.stlm.tokenizer.Patcher;

/**
 * Where the patches of a sequence of ids end, id by id: ids 0 to 255 are bytes for the patcher; an
 * id from 256 on (a special one) ends the patch that it is in, and a text starts anew after it. The
 * same function feeds training and inference. Not thread-safe.
 */
public final class PatchTracker {
  private final Patcher patcher;
  private Patcher.Tracker bytes;

  /** At the start of a sequence. */
  public PatchTracker(Patcher patcher) {
    this(patcher, patcher.tracker());
  }

  private PatchTracker(Patcher patcher, Patcher.Tracker bytes) {
    this.patcher = patcher;
    this.bytes = bytes;
  }

  /**
   * Takes the next id.
   *
   * @return true if this id is the last of its patch
   */
  public boolean accept(int id) {
    if (id < 256) {
      return bytes.accept((byte) id);
    }
    bytes = patcher.tracker();
    return true;
  }

  /** An independent tracker in the same state. */
  public PatchTracker fork() {
    return new PatchTracker(patcher, bytes.fork());
  }
}
