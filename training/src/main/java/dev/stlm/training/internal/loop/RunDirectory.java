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
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of a run: {@code last/} and {@code best/} are checkpoints, {@code last/state/} is
 * what the run needs to go on, {@code steps/} earlier checkpoints by their steps, {@code
 * metrics.jsonl} what it measured, {@code tensorboard/} the same for TensorBoard. A checkpoint and
 * its state are replaced together, whole or not at all.
 *
 * @param root the directory
 * @param disk tells how many bytes may be written where a path is
 */
public record RunDirectory(Path root, FreeSpace disk) {
  private static final String RUN = "run.json";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final Pattern STEP = Pattern.compile("\\d{9,}");
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** What is written besides the values of tensors, about. */
  private static final long OVERHEAD = 1 << 20;

  /** Tells how many bytes may be written where a path is. */
  @FunctionalInterface
  public interface FreeSpace {
    /** Bytes that are free for this user on the file system of an existing path. */
    long bytes(Path path) throws IOException;
  }

  /** On the disk as it is. */
  public RunDirectory(Path root) {
    this(root, path -> Files.getFileStore(path).getUsableSpace());
  }

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

  /** What the run of {@link #last()} needs to go on, besides weights and moments. */
  Path stateFile() {
    return last().resolve(CheckpointDirectory.STATE).resolve(RUN);
  }

  /** Checkpoints by their steps. */
  public Path steps() {
    return root.resolve("steps");
  }

  /** Event files. */
  public Path tensorboard() {
    return root.resolve("tensorboard");
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
        // what a run leaves that was killed before its first save
        Set<Path> own = Set.of(metrics(), tensorboard(), best());
        if (files.anyMatch(
            f -> !own.contains(f) && !String.valueOf(f.getFileName()).startsWith("."))) {
          throw new InvalidInputException(
              root + ": is not empty; give a new or empty directory for the run");
        }
      }
      Files.deleteIfExists(metrics());
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }

  /**
   * Replaces {@code last/}.
   *
   * @throws InvalidInputException if it does not fit on the disk or can not be written; the old one
   *     is then as it was
   */
  public void save(Checkpoint checkpoint, RunState state, Map<String, float[]> moments) {
    requireSpace(
        bytes(checkpoint)
            + moments.values().stream().mapToLong(m -> (long) m.length * Float.BYTES).sum());
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

  /** Replaces {@code best/}; fails as {@link #save} does. */
  public void saveBest(Checkpoint checkpoint) {
    requireSpace(bytes(checkpoint));
    CheckpointDirectory.write(checkpoint, best());
  }

  /** Replaces {@code adapter/}: of the best checkpoint, where one is kept, else of the last. */
  public void saveAdapter(LowRankAdapter adapter) {
    adapter.write(root.resolve("adapter"));
  }

  private static long bytes(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream()
        .mapToLong(t -> (long) t.rows() * t.columns() * Float.BYTES)
        .sum();
  }

  private void requireSpace(long values) {
    long needed = values + OVERHEAD;
    try {
      long free = disk.bytes(root);
      if (free < needed) {
        throw new InvalidInputException(
            "%s: a checkpoint needs %d MB and the disk has %d MB free; free some and %s"
                .formatted(
                    root,
                    ceilMegabytes(needed),
                    free / 1_000_000,
                    Files.exists(last())
                        ? "go on with --resume, the last checkpoint is as it was"
                        : "start again"));
      }
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }

  private static long ceilMegabytes(long bytes) {
    return Math.ceilDiv(bytes, 1_000_000);
  }

  /**
   * Keeps what {@code last/} holds as the checkpoint of its step too, without the state; of these
   * only the newest stay.
   *
   * @param step of {@code last/}
   * @param most checkpoints that stay, at least 1
   */
  public void keepStep(long step, int most) {
    Path kept = steps().resolve("%09d".formatted(step));
    AtomicDirectory.replace(
        kept,
        dir -> {
          for (Path file : files(last())) {
            link(file, dir.resolve(file.getFileName()));
          }
        });
    try {
      List<Path> all;
      try (Stream<Path> directories = Files.list(steps())) {
        all =
            directories
                .filter(d -> STEP.matcher(d.getFileName().toString()).matches())
                .sorted()
                .toList();
      }
      for (Path old : all.subList(0, Math.max(0, all.size() - most))) {
        for (Path file : files(old)) {
          Files.delete(file);
        }
        Files.delete(old);
      }
    } catch (IOException e) {
      throw AtomicFile.notWritten(steps(), e);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The files of a checkpoint do not change: two names of one are as good as two copies. */
  private static void link(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(file, name);
    }
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
