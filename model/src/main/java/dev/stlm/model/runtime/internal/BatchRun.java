package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel.BatchLogitsSink;
import dev.stlm.model.config.ModelConfig;
import java.util.List;

/** Appends ids to sessions in passes of at most {@link ModelPass#MAX_ROWS} positions. */
final class BatchRun {
  private final ModelPass pass;
  private final List<CpuSession> sessions;
  private final List<int[]> ids;
  private final BatchLogitsSink sink;
  private final boolean vectors;
  private final float[] row;
  private final int[] rowSequence = new int[ModelPass.MAX_ROWS];
  private final int[] rowIndex = new int[ModelPass.MAX_ROWS];

  /**
   * A run.
   *
   * @param sink takes logits, or vectors in their place
   * @param vectors whether it is vectors
   */
  BatchRun(
      ModelPass pass,
      List<CpuSession> sessions,
      List<int[]> ids,
      BatchLogitsSink sink,
      ModelConfig config,
      boolean vectors) {
    this.pass = pass;
    this.sessions = sessions;
    this.ids = ids;
    this.sink = sink;
    this.vectors = vectors;
    this.row = new float[vectors ? config.width() : config.vocabularySize()];
  }

  void run() {
    pass.head.normOnly(vectors);
    pass.batch.clear();
    int firstInPass = 0; // the first session with rows in the pass being filled
    int[] staged = new int[sessions.size()];
    for (int i = 0; i < sessions.size(); i++) {
      int[] all = ids.get(i);
      for (int done = 0; done < all.length; ) {
        CpuSession s = sessions.get(i);
        int count = Math.min(all.length - done, ModelPass.MAX_ROWS - pass.batch.rows);
        s.stage(all, done, count);
        for (int j = 0; j < count; j++) {
          rowSequence[pass.batch.rows] = i;
          rowIndex[pass.batch.rows] = done + j;
          pass.batch.add(s, s.position() + j, sink.wants(i, done + j));
        }
        staged[i] = count;
        done += count;
        if (pass.batch.rows == ModelPass.MAX_ROWS) {
          flush(firstInPass, i, staged);
          firstInPass = done == all.length ? i + 1 : i;
        }
      }
    }
    if (pass.batch.rows > 0) {
      flush(firstInPass, sessions.size() - 1, staged);
    }
    pass.head.normOnly(false);
  }

  private void flush(int first, int last, int[] staged) {
    pass.run();
    for (int i = first; i <= last; i++) {
      sessions.get(i).advance(staged[i]);
      staged[i] = 0;
    }
    for (int w = 0; w < pass.batch.wantedRows; w += ModelPass.MAX_LOGITS) {
      int count = Math.min(ModelPass.MAX_LOGITS, pass.batch.wantedRows - w);
      pass.logits(w, count);
      for (int r = 0; r < count; r++) {
        if (vectors) {
          pass.head.copyVector(r, row);
        } else {
          pass.copyLogits(r, row);
        }
        int m = pass.batch.wanted[w + r];
        sink.accept(rowSequence[m], rowIndex[m], row);
      }
    }
    pass.batch.clear();
  }
}
