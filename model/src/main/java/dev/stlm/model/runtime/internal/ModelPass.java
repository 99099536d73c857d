package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.ModelConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model from ids to logits, with the memory that it works in. One thread at a time; once its
 * buffers have grown to the batch it allocates nothing. Use: fill {@link #batch}, {@link #run()},
 * then {@link #logits(int, int)} for wanted rows.
 */
abstract sealed class ModelPass permits FlatPass, PooledPass {
  /** Most positions that go through the model together. */
  static final int MAX_ROWS = 256;

  /** Most positions whose logits are computed together. */
  static final int MAX_LOGITS = 64;

  final Batch batch = new Batch();
  final EmbeddingPass embedding;
  final HeadPass head;
  private final @Nullable DraftPass drafts;
  private final int draftPlane;

  /**
   * The parts that every architecture has.
   *
   * @param draftPlane where caches keep what drafts start from, if the head has drafts
   */
  ModelPass(
      ModelConfig config, EmbeddingWeights embedding, HeadWeights head, int draftPlane, Crew crew) {
    this.embedding = new EmbeddingPass(embedding, config.width(), crew);
    this.head = new HeadPass(head, config, crew);
    this.draftPlane = draftPlane;
    drafts =
        head.draft() == null
            ? null
            : new DraftPass(
                head.draft(),
                embedding.table(),
                config.width(),
                config.normEpsilon(),
                this.head,
                crew);
  }

  /** Runs the batch: caches are filled, what logits are made of stays. */
  abstract void run();

  /**
   * Computes logits of some of the batch's wanted rows.
   *
   * @param first index into the wanted rows
   * @param count at most {@link #MAX_LOGITS}
   */
  abstract void logits(int first, int count);

  /** Copies one row that {@link #logits(int, int)} computed, counted from its first. */
  final void copyLogits(int row, float[] to) {
    head.copyLogits(row, to);
  }

  /** Keeps the residual stream of the batch for drafts, if the model has them. */
  final void keepForDrafts(float[] x, int stride) {
    if (drafts != null) {
      for (int m = 0; m < batch.rows; m++) {
        copyToCache(
            x, m * stride, stride, batch.sessions[m].cache(), draftPlane, batch.positions[m]);
      }
    }
  }

  static void copyToCache(
      float[] from, int at, int stride, KvCache cache, int plane, int position) {
    float[] to = cache.plane(plane, position / KvCache.BLOCK);
    System.arraycopy(from, at, to, position % KvCache.BLOCK * stride, stride);
  }

  /** See {@link dev.stlm.model.Session#draft}; the session has read at least one id. */
  final void draft(CpuSession session, int[] guesses, int count, float[] logits) {
    DraftChain chain = session.drafts();
    if (!chain.starts()) {
      int last = session.position() - 1;
      int slot = last % KvCache.BLOCK;
      float[] states = session.cache().plane(draftPlane, last / KvCache.BLOCK);
      chain.start(states, slot);
    }
    Objects.requireNonNull(drafts).run(chain, guesses, count, logits);
  }
}
