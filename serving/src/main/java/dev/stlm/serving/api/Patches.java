package dev.stlm.serving.api;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.Patcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the patches of a model start in a text. */
final class Patches {
  private final ModelConfig config;
  private @Nullable Patcher patcher;

  Patches(ModelConfig config) {
    this.config = config;
  }

  /**
   * Indices of the ids that start a patch.
   *
   * @param before ids that the model has read, the id that starts a text among them if it was read
   * @param ids what follows them; one id a byte, since models with patches read bytes
   * @return indices into {@code ids}, rising; empty for a model without patches
   */
  List<Integer> starts(int[] before, int[] ids) {
    List<Integer> starts = new ArrayList<>();
    if (config instanceof PooledConfig pooled) {
      PatchTracker tracker = new PatchTracker(patcher(pooled));
      boolean ended = true;
      for (int id : before) {
        ended = tracker.accept(id);
      }
      for (int i = 0; i < ids.length; i++) {
        if (ended) {
          starts.add(i);
        }
        ended = tracker.accept(ids[i]);
      }
    }
    return starts;
  }

  private synchronized Patcher patcher(PooledConfig pooled) {
    Patcher known = patcher;
    if (known == null) {
      known = pooled.patcher().create();
      patcher = known;
    }
    return known;
  }
}
