package dev.stlm.training.internal.prepare.stage;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest.Count;
import dev.stlm.training.data.DataManifest.ShardFile;
import dev.stlm.training.data.Shard;
import dev.stlm.training.data.ShardWriter;
import dev.stlm.training.data.ShardWriter.Written;
import dev.stlm.training.data.Split;
import dev.stlm.training.prepare.Unit;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;

/** Stage three: writes the documents of a group that stay into shards, by split. */
final class WriteUnit implements Unit {
  /**
   * What was written.
   *
   * @param shards in order
   * @param dropped by reason
   * @param kept what is in the shards
   */
  record Report(List<ShardFile> shards, Map<String, Count> dropped, Count kept) {}

  private final ReadUnit part;
  private final Path decisions;
  private final long firstDocument;
  private final long shardBytes;
  private final Path output;
  private final Path result;

  /**
   * A unit.
   *
   * @param part done
   * @param decided done
   * @param firstDocument where the part's documents start among all that were decided on
   * @param output the directory of the data
   */
  WriteUnit(
      ReadUnit part,
      DecideUnit decided,
      long firstDocument,
      long shardBytes,
      Path output,
      Path work) {
    this.part = part;
    this.decisions = decided.result();
    this.firstDocument = firstDocument;
    this.shardBytes = shardBytes;
    this.output = output;
    String all = part.key() + decided.key() + firstDocument + " " + shardBytes + " " + prefix();
    String key = Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
    this.result = work.resolve("write-" + key + ".json");
  }

  /** What was written; of a unit that is done. */
  Report report() {
    return StrictJson.read(result, Report.class);
  }

  @Override
  public Path result() {
    return result;
  }

  @Override
  public long size() {
    return part.report().kept().bytes();
  }

  @Override
  public void run(LongConsumer progress) {
    Shard documents = Shard.open(part.documents());
    byte[] codes = decisions(Math.toIntExact(documents.documents()));
    List<ShardFile> shards = new ArrayList<>();
    Tally dropped = new Tally();
    Count kept = Count.ZERO;
    for (int i = 0; i < codes.length; i++) {
      long bytes = documents.start(i + 1) - documents.start(i);
      switch (Decision.of(codes[i])) {
        case DUPLICATE -> dropped.add(Tally.DUPLICATE, bytes);
        case NEAR_DUPLICATE -> dropped.add(Tally.NEAR_DUPLICATE, bytes);
        default -> kept = kept.plus(new Count(1, bytes));
      }
    }
    progress.accept(documents.textBytes() - kept.bytes());
    for (Split split : Split.values()) {
      shards.addAll(write(documents, codes, split, progress));
    }
    StrictJson.write(result, new Report(shards, dropped.counts(), kept));
  }

  private List<ShardFile> write(Shard documents, byte[] codes, Split split, LongConsumer progress) {
    byte code = Decision.keep(split).code();
    List<ShardFile> shards = new ArrayList<>();
    int[] next = {following(codes, code, 0)};
    while (next[0] < codes.length) {
      String name = "%s/%s-%03d.shard".formatted(split.id(), prefix(), shards.size());
      Written written =
          ShardWriter.write(
              output.resolve(name),
              writer -> {
                // at least one document, and then as many as fit
                do {
                  byte[] text = documents.document(next[0]).toArray(ValueLayout.JAVA_BYTE);
                  writer.add(text);
                  progress.accept(text.length);
                  next[0] = following(codes, code, next[0] + 1);
                } while (next[0] < codes.length && writer.textBytes() < shardBytes);
              });
      shards.add(
          new ShardFile(
              name,
              part.group().source().name(),
              split,
              written.documents(),
              written.textBytes(),
              HexFormat.of().toHexDigits(written.crc32c()),
              written.sha256()));
    }
    return shards;
  }

  private static int following(byte[] codes, byte code, int from) {
    int at = from;
    while (at < codes.length && codes[at] != code) {
      at++;
    }
    return at;
  }

  private String prefix() {
    return String.format(
        Locale.ROOT, "%s-%05d", part.group().source().name(), part.group().number());
  }

  private byte[] decisions(int count) {
    try (FileChannel channel = FileChannel.open(decisions, StandardOpenOption.READ)) {
      byte[] codes = Channels.newInputStream(channel.position(firstDocument)).readNBytes(count);
      if (codes.length == count) {
        return codes;
      }
      throw new InvalidInputException(
          decisions + ": is cut short; delete it and prepare the data again");
    } catch (IOException e) {
      throw new InvalidInputException(decisions + ": can not be read (" + e + ")", e);
    }
  }
}
