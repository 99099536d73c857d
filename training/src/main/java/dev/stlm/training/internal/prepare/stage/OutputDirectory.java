package dev.stlm.training.internal.prepare.stage;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.DataManifest.ShardFile;
import dev.stlm.training.data.PreparedData;
import dev.stlm.training.prepare.PreparationRecipe;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of prepared data while it is made: shards, and below {@code .work/} what units have
 * done. One preparation at a time holds its lock.
 */
final class OutputDirectory implements AutoCloseable {
  private static final String WORK = ".work";
  private static final String RECIPE = "recipe.json";
  private static final String LOCK = "lock";

  private final Path root;
  private final FileChannel lock;

  private OutputDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the directory, or takes up what was begun in it with the same recipe.
   *
   * @throws InvalidInputException if it holds anything else, or another process prepares into it
   */
  static OutputDirectory open(Path root, PreparationRecipe recipe) {
    Path work = root.resolve(WORK);
    Path begun = work.resolve(RECIPE);
    try {
      requireFree(root, work);
      Files.createDirectories(work);
      FileChannel lock =
          FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      OutputDirectory directory = new OutputDirectory(root, lock);
      try {
        directory.requireLock();
        if (Files.exists(begun)
            && !StrictJson.readTree(begun)
                .equals(StrictJson.readTree(StrictJson.text(recipe), "recipe"))) {
          throw new InvalidInputException(
              root
                  + ": holds a preparation with other settings that has not ended; give those, or"
                  + " another directory");
        }
        StrictJson.write(begun, recipe);
        return directory;
      } catch (RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }

  /** Where units leave what they have done. */
  Path work() {
    return root.resolve(WORK);
  }

  /** Writes the manifest, which ends the preparation, and deletes what is not part of it. */
  void finish(DataManifest manifest) {
    Set<Path> named = new HashSet<>();
    for (ShardFile shard : manifest.shards()) {
      named.add(root.resolve(shard.file()));
    }
    try (Stream<Path> walk = Files.walk(root)) {
      List<Path> stale =
          walk.filter(p -> p.toString().endsWith(".shard"))
              .filter(p -> !p.startsWith(work()) && !named.contains(p))
              .toList();
      for (Path shard : stale) {
        Files.delete(shard);
      }
      StrictJson.write(root.resolve(DataManifest.FILE), manifest);
      close();
      AtomicDirectory.delete(work());
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }

  private void requireLock() throws IOException {
    boolean held;
    try {
      held = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      held = false;
    }
    if (!held) {
      throw new InvalidInputException(
          root + ": another process prepares data into it; wait for its end");
    }
  }

  private static void requireFree(Path root, Path work) throws IOException {
    if (!Files.isDirectory(root) || Files.isDirectory(work)) {
      return;
    }
    if (PreparedData.isPrepared(root)) {
      throw new InvalidInputException(
          root
              + ": holds data that was prepared from other inputs or settings; give another"
              + " directory");
    }
    try (Stream<Path> files = Files.list(root)) {
      if (files.findAny().isPresent()) {
        throw new InvalidInputException(
            root + ": is not empty; give a new or empty directory for the data");
      }
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw AtomicFile.notWritten(root, e);
    }
  }
}
