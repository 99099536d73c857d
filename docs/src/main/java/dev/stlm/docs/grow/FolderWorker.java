package dev.stlm.docs.grow;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.training.outer.OuterLoop;
import dev.stlm.training.outer.WeightAverage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

// @start region="worker"
/** A worker of local SGD that meets the others in a folder that all of them see. */
public record FolderWorker(Path folder, int index, int workers, int innerSteps, Checkpoint start)
    implements OuterLoop {
  @Override
  public Map<String, Tensor> exchange(long round, Map<String, Tensor> weights) {
    Path mine = place(round, index);
    if (!Files.exists(mine)) { // else a resumed worker: the round is over
      CheckpointDirectory.write(
          new Checkpoint(start.config(), start.tokenizer(), weights, start.history()), mine);
    }
    List<Map<String, Tensor>> all = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      await(place(round, worker));
      all.add(CheckpointDirectory.open(place(round, worker)).tensors());
    }
    return new WeightAverage().next(weights, all); // every worker comes to the same
  }

  private Path place(long round, int worker) {
    return folder.resolve("round-%d/worker-%d".formatted(round, worker));
  }

  /** Checkpoints come whole or not at all, so one that is there can be read. */
  private static void await(Path checkpoint) {
    while (!Files.exists(checkpoint)) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + checkpoint, e);
      }
    }
  }
}
// @end
