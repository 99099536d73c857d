package dev.stlm.training.internal.data;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.PreparedData;
import dev.stlm.training.data.Shard;
import dev.stlm.training.data.Split;
import dev.stlm.training.data.TrainingText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a {@link TrainingText} as ids: what is learned, what is held out, and the hashes
 * that stand for them.
 *
 * @param text what was opened
 * @param streams what is learned, at least one
 * @param held what is held out; of no length where nothing is
 * @param hashes of the parts: SHA-256 of a file, data hash of a prepared directory
 */
public record OpenedText(
    TrainingText text, List<Stream> streams, IdSource held, List<String> hashes) {
  /**
   * What is learned of a part, or of a source of it.
   *
   * @param name for errors
   * @param ids its text
   * @param weight see {@link TrainingText}
   */
  record Stream(String name, IdSource ids, double weight) {}

  /**
   * Opens all parts; shards are checked as they are opened.
   *
   * @param holdOut share of a text file at its end that is held out, and at least {@code length}
   *     ids; of prepared data its validation split is held out, unless this is 0
   * @throws InvalidInputException if a part is missing or damaged, or nothing is left to learn
   */
  public static OpenedText open(
      TrainingText text, Tokenizer tokenizer, double holdOut, int length) {
    List<Stream> streams = new ArrayList<>();
    List<IdSource> held = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (TrainingText.Part part : text.parts()) {
      Path path = Path.of(part.path());
      if (Files.isDirectory(path)) {
        PreparedData data = PreparedData.open(path);
        hashes.add(data.manifest().dataSha256());
        for (DataManifest.Source source : data.manifest().sources()) {
          IdSource ids = ids(data.shards(Split.TRAIN, source.name()), tokenizer);
          if (ids.length() > 0) {
            streams.add(
                new Stream(path + ": " + source.name(), ids, part.weight() * source.weight()));
          }
        }
        if (holdOut > 0) {
          held.add(ids(data.shards(Split.VALID), tokenizer));
        }
      } else {
        TextFile file = TextFile.open(path);
        hashes.add(file.sha256());
        IdSource all = IdSource.of(file, tokenizer);
        // at least one window; a text too short for both is said to be too short later
        long share = holdOut > 0 ? Math.max(length, (long) (all.length() * holdOut)) : 0;
        long rest = Math.max(0, all.length() - share);
        streams.add(new Stream(path.toString(), all.slice(0, rest), part.weight()));
        held.add(all.slice(rest, all.length() - rest));
      }
    }
    return new OpenedText(text, streams, new JoinedIds(held), hashes);
  }

  /**
   * The ids of a text to measure on: a text file, or the validation split of prepared data.
   *
   * @throws InvalidInputException if it is missing, damaged, or has nothing to measure on
   */
  public static IdSource validation(Path path, Tokenizer tokenizer) {
    if (!Files.isDirectory(path)) {
      return IdSource.of(TextFile.open(path), tokenizer);
    }
    IdSource ids = ids(PreparedData.open(path).shards(Split.VALID), tokenizer);
    if (ids.length() == 0) {
      throw new InvalidInputException(
          path + ": has no validation split; prepare it with --valid above 0");
    }
    return ids;
  }

  /**
   * The windows to learn. Where all weights are equal the parts are read as one text, every window
   * of it once an epoch.
   *
   * @param length ids of a window
   * @throws InvalidInputException if a part is too short for a window
   */
  public WindowOrder windows(int length, int endOfText, long seed) {
    double first = streams.getFirst().weight();
    if (streams.stream().allMatch(s -> s.weight() == first)) {
      String name = String.join(", ", text.parts().stream().map(TrainingText.Part::path).toList());
      IdSource all = new JoinedIds(streams.stream().map(Stream::ids).toList());
      return windows(new Stream(name, all, 1), length, endOfText, seed);
    }
    List<WindowOrder> orders = new ArrayList<>();
    double[] shares = new double[streams.size()];
    for (Stream stream : streams) {
      shares[orders.size()] = stream.weight() * stream.ids().length();
      orders.add(windows(stream, length, endOfText, seed + orders.size()));
    }
    return new MixedWindows(orders, shares, seed);
  }

  private WindowOrder windows(Stream stream, int length, int endOfText, long seed) {
    long ids = stream.ids().length();
    if (ids < (text.withinDocuments() ? 1 : length)) {
      throw new InvalidInputException(
          "%s: is too short: %d ids are left to use and a sequence has %d; give more text or a smaller --sequence"
              .formatted(stream.name(), ids, length));
    }
    return text.withinDocuments()
        ? new DocumentWindows(stream.ids(), length, endOfText, seed)
        : new Windows(stream.ids(), length, endOfText, seed);
  }

  private static IdSource ids(List<Shard> shards, Tokenizer tokenizer) {
    boolean bytes = tokenizer.type().equals(ByteTokenizer.TYPE);
    List<IdSource> sources = new ArrayList<>();
    for (Shard shard : shards) {
      sources.add(
          bytes ? new ShardIds(shard, tokenizer.endOfText()) : new EncodedShard(shard, tokenizer));
    }
    return new JoinedIds(sources);
  }
}
