package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.Dtype;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.LowRankAdapter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The directory of a run: {@code last/} and {@code best/} are checkpoints, {@code last/state/} is
 * what the run needs to go on, {@code metrics.jsonl} what it measured. A checkpoint and its state
 * are replaced together, whole or not at all.
 *
 * @param root the directory
 */
public record RunDirectory(Path root) {
  private static final String RUN = "run.json";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * What {@link #load()} finds.
   *
   * @param moments of the optimiser by name
   */
  public record Saved(Checkpoint checkpoint, RunState state, Map<String, float[]> moments) {}

  /** The checkpoint of the last save. */
  public Path last() {
    return root.resolve("last");
  }

  /** The checkpoint with the fewest bits per byte on the held-out text. */
  public Path best() {
    return root.resolve("best");
  }

  /** One JSON object a line. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /**
   * Makes the directory for a new run.
   *
   * @throws InvalidInputException if it holds a run or anything else, or can not be made
   */
  public void create() {
    try {
      if (Files.exists(AtomicDirectory.current(last()))) {
        throw new InvalidInputException(
            root + ": holds a training run; go on with --resume, or give another directory");
      }
      Files.createDirectories(root);
      try (var files = Files.list(root)) {
        if (files.anyMatch(
            f -> !f.equals(metrics()) && !String.valueOf(f.getFileName()).startsWith("."))) {
          throw new InvalidInputException(
              root + ": is not empty; give a new or empty directory for the run");
        }
      }
      Files.deleteIfExists(metrics());
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }

  /** Replaces {@code last/}. */
  public void save(Checkpoint checkpoint, RunState state, Map<String, float[]> moments) {
    CheckpointDirectory.write(
        checkpoint,
        last(),
        dir -> {
          Path stateDirectory = Files.createDirectory(dir.resolve(CheckpointDirectory.STATE));
          Files.write(
              stateDirectory.resolve(RUN), StrictJson.text(state).getBytes(StandardCharsets.UTF_8));
          Map<String, StoredTensor> tensors = new LinkedHashMap<>();
          moments.forEach((name, values) ->
              tensors.put(
                  name,
                  new StoredTensor(
                      Dtype.F32, List.of((long) values.length), MemorySegment.ofArray(values))));
          AtomicFile.writeAndForce(
              stateDirectory.resolve(MOMENTS),
              out -> SafetensorsWriter.writeTo(out, tensors, Map.of("stlm", "1")));
        });
  }

  /** Replaces {@code best/}. */
  public void saveBest(Checkpoint checkpoint) {
    CheckpointDirectory.write(checkpoint, best());
  }

  /** Replaces {@code adapter/}: of the best checkpoint, where one is kept, else of the last. */
  public void saveAdapter(LowRankAdapter adapter) {
    adapter.write(root.resolve("adapter"));
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws InvalidInputException if there is no run to go on with, or a file of it is damaged
   */
  public Saved load() {
    Path dir = AtomicDirectory.current(last());
    Path stateDirectory = dir.resolve(CheckpointDirectory.STATE);
    if (!Files.isDirectory(stateDirectory)) {
      throw new InvalidInputException(
          root + ": holds no training run to resume; start one without --resume");
    }
    Checkpoint checkpoint = CheckpointDirectory.open(last());
    RunState state = StrictJson.read(stateDirectory.resolve(RUN), RunState.class);
    if (state.version() != RunState.VERSION) {
      throw new InvalidInputException(
          stateDirectory.resolve(RUN)
              + ": has version "
              + state.version()
              + ", this stlm reads version "
              + RunState.VERSION
              + "; resume it with the stlm that wrote it");
    }
    Map<String, float[]> moments = new LinkedHashMap<>();
    SafetensorsFile.open(stateDirectory.resolve(MOMENTS))
        .tensors()
        .forEach((name, tensor) -> moments.put(name, tensor.data().toArray(FLOAT)));
    return new Saved(checkpoint, state, moments);
  }
}
