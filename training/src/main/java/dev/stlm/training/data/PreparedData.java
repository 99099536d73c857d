package dev.stlm.training.data;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A directory that {@code stlm prepare} wrote.
 *
 * <pre>{@code
 * PreparedData data = PreparedData.open(Path.of("prepared"));
 * for (Shard shard : data.shards(Split.VALID)) {
 *   for (long i = 0; i < shard.documents(); i++) {
 *     byte[] text = shard.document(i).toArray(ValueLayout.JAVA_BYTE);
 *   }
 * }
 * }</pre>
 *
 * @param directory where it is
 * @param manifest what it holds
 */
public record PreparedData(Path directory, DataManifest manifest) {
  /**
   * Opens a directory.
   *
   * @throws InvalidInputException if it holds no finished preparation
   */
  public static PreparedData open(Path directory) {
    if (!isPrepared(directory)) {
      throw new InvalidInputException(
          directory
              + ": holds no finished data preparation (no "
              + DataManifest.FILE
              + "); give a text file, or run stlm prepare");
    }
    return new PreparedData(directory, DataManifest.read(directory));
  }

  /** Whether a path is a directory with a manifest. */
  public static boolean isPrepared(Path directory) {
    return Files.isRegularFile(directory.resolve(DataManifest.FILE));
  }

  /** Opens the shards of a split, of all sources, checking each. */
  public List<Shard> shards(Split split) {
    List<Shard> shards = new ArrayList<>();
    for (DataManifest.ShardFile file : manifest.shards()) {
      if (file.split() == split) {
        shards.add(open(file));
      }
    }
    return shards;
  }

  /** Opens the shards of a split and source, checking each. */
  public List<Shard> shards(Split split, String source) {
    List<Shard> shards = new ArrayList<>();
    for (DataManifest.ShardFile file : manifest.shards()) {
      if (file.split() == split && file.source().equals(source)) {
        shards.add(open(file));
      }
    }
    return shards;
  }

  private Shard open(DataManifest.ShardFile file) {
    Path path = directory.resolve(file.file());
    Shard shard = Shard.open(path);
    String crc = HexFormat.of().toHexDigits(shard.crc32c());
    if (!crc.equals(file.crc32c())
        || shard.documents() != file.documents()
        || shard.textBytes() != file.textBytes()) {
      throw new InvalidInputException(
          path + ": is not the shard that the manifest names; prepare the data again");
    }
    return shard;
  }
}
