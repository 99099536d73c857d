package dev.stlm.training.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a directory of prepared data holds and where it comes from; {@code manifest.json}. It is
 * written last, so a directory that has one is complete.
 *
 * @param version 1
 * @param dataSha256 see {@link #hash}
 * @param recipe the settings, defaults included
 * @param against files that the text was decontaminated against
 * @param sources in the order of the recipe
 * @param shards in the order of the sources and their inputs, within them by split
 */
public record DataManifest(
    int version,
    String dataSha256,
    JsonNode recipe,
    List<Input> against,
    List<Source> sources,
    List<ShardFile> shards) {
  /** The version that is written and read. */
  public static final int VERSION = 1;

  /** Its name in the directory. */
  public static final String FILE = "manifest.json";

  /**
   * A number of documents and their bytes of text.
   *
   * @param documents how many
   * @param bytes of text
   */
  public record Count(long documents, long bytes) {
    /** None. */
    public static final Count ZERO = new Count(0, 0);

    /** Both together. */
    public Count plus(Count other) {
      return new Count(documents + other.documents, bytes + other.bytes);
    }
  }

  /**
   * Where documents come from.
   *
   * @param name in the names of shards
   * @param licence as the recipe states it
   * @param weight how often its text is read for once that text of weight 1 is
   * @param inputs its files
   * @param read what was in them
   * @param cut documents that lost a part to decontamination and the bytes that they lost
   * @param dropped what was left out, by reason
   * @param kept what is in the shards; a document that was cut may have become several
   */
  public record Source(
      String name,
      String licence,
      double weight,
      List<Input> inputs,
      Count read,
      Count cut,
      Map<String, Count> dropped,
      Count kept) {}

  /**
   * A file that was read.
   *
   * @param path as it was given
   * @param bytes its size
   * @param sha256 of its bytes, as they lie on the disk
   */
  public record Input(String path, long bytes, String sha256) {}

  /**
   * A shard.
   *
   * @param file its path in the directory, parts separated by slashes
   * @param source name of its source
   * @param split what it is for
   * @param documents how many
   * @param textBytes bytes of their text
   * @param crc32c the checksum at its end, as eight hexadecimal digits
   * @param sha256 of the file
   */
  public record ShardFile(
      String file,
      String source,
      Split split,
      long documents,
      long textBytes,
      String crc32c,
      String sha256) {}

  public DataManifest {
    against = List.copyOf(against);
    sources = List.copyOf(sources);
    shards = List.copyOf(shards);
  }

  /**
   * Reads the manifest of a directory.
   *
   * @throws InvalidInputException if there is none, it is damaged, or another version wrote it
   */
  public static DataManifest read(Path directory) {
    Path file = directory.resolve(FILE);
    DataManifest manifest = StrictJson.read(file, DataManifest.class);
    if (manifest.version() != VERSION) {
      throw new InvalidInputException(
          file
              + ": has version "
              + manifest.version()
              + ", this stlm reads version "
              + VERSION
              + "; prepare the data again");
    }
    if (!manifest.dataSha256().equals(hash(manifest.sources(), manifest.shards()))) {
      throw new InvalidInputException(
          file + ": was changed (its dataSha256 differs); prepare the data again");
    }
    return manifest;
  }

  /**
   * The hash that stands for all of the data: SHA-256 over names and weights of the sources and
   * split, source and SHA-256 of the shards. Where inputs lay does not count.
   */
  public static String hash(List<Source> sources, List<ShardFile> shards) {
    StringBuilder all = new StringBuilder();
    for (Source source : sources) {
      all.append(source.name()).append('\t').append(source.weight()).append('\n');
    }
    for (ShardFile shard : shards) {
      all.append(shard.split().id()).append('\t').append(shard.source()).append('\t');
      all.append(shard.sha256()).append('\n');
    }
    return Sha256.hex(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Documents and bytes of a split. */
  public Count count(Split split) {
    return shards.stream()
        .filter(s -> s.split() == split)
        .map(s -> new Count(s.documents(), s.textBytes()))
        .reduce(Count.ZERO, Count::plus);
  }
}
