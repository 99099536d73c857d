package dev.stlm.training.internal.prepare.stage;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.model.storage.Sha256;
import dev.stlm.training.data.DataManifest.Count;
import dev.stlm.training.data.DataManifest.Input;
import dev.stlm.training.data.ShardWriter;
import dev.stlm.training.internal.prepare.input.DocumentReader;
import dev.stlm.training.internal.prepare.sign.Contamination;
import dev.stlm.training.internal.prepare.sign.Contamination.Piece;
import dev.stlm.training.internal.prepare.sign.MinHash;
import dev.stlm.training.internal.prepare.stage.ReadSettings.NamedFilter;
import dev.stlm.training.prepare.Unit;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Stage one: reads a group of inputs, drops what filters and decontamination drop, and leaves a
 * directory with the documents that stay, their signatures, and a report.
 */
final class ReadUnit implements Unit {
  /** The documents, as a shard. */
  private static final String DOCUMENTS = "documents.shard";

  private static final String SIGNATURES = "signatures";
  private static final String REPORT = "report.json";

  /**
   * What became of the documents.
   *
   * @param read all of them
   * @param cut those that lost a part, and the bytes that they lost
   * @param dropped by reason
   * @param kept what is in the shard
   */
  record Report(Count read, Count cut, Map<String, Count> dropped, Count kept) {}

  private final InputGroup group;
  private final ReadSettings settings;
  private final String key;
  private final Path directory;

  /**
   * A unit.
   *
   * @param work where units leave what they have done
   */
  ReadUnit(InputGroup group, ReadSettings settings, Path work) {
    this.group = group;
    this.settings = settings;
    this.key = settings.key(group);
    this.directory = work.resolve("read-" + key);
  }

  InputGroup group() {
    return group;
  }

  String key() {
    return key;
  }

  /** The documents that stay; of a unit that is done. */
  Path documents() {
    return directory.resolve(DOCUMENTS);
  }

  /** Their signatures; of a unit that is done. */
  Path signatures() {
    return directory.resolve(SIGNATURES);
  }

  /** What became of the documents; of a unit that is done. */
  Report report() {
    return StrictJson.read(directory.resolve(REPORT), Report.class);
  }

  @Override
  public Path result() {
    return directory;
  }

  @Override
  public long size() {
    return group.bytes();
  }

  @Override
  public void run(LongConsumer progress) {
    AtomicDirectory.replace(
        directory,
        fresh -> {
          try (DataOutputStream signatures =
              new DataOutputStream(
                  new BufferedOutputStream(
                      Files.newOutputStream(fresh.resolve(SIGNATURES)), 1 << 16))) {
            Reading[] reading = new Reading[1];
            ShardWriter.Written written =
                ShardWriter.write(
                    fresh.resolve(DOCUMENTS),
                    writer -> {
                      reading[0] = new Reading(writer, signatures);
                      reading[0].readAll(progress);
                    });
            Count kept = new Count(written.documents(), written.textBytes());
            StrictJson.write(fresh.resolve(REPORT), reading[0].report(kept));
          }
        });
  }

  /** One run. */
  private final class Reading {
    private final ShardWriter documents;
    private final DataOutputStream signatures;
    private final List<NamedFilter> filters = settings.filters();
    private final Contamination contamination = settings.contamination();
    private final MinHash minHash = settings.minHash();
    private final boolean near = settings.recipe().duplicates().near();
    private final Tally dropped = new Tally();
    private Count read = Count.ZERO;
    private Count cut = Count.ZERO;

    Reading(ShardWriter documents, DataOutputStream signatures) {
      this.documents = documents;
      this.signatures = signatures;
    }

    void readAll(LongConsumer progress) throws IOException {
      for (Input file : group.files()) {
        DocumentReader.readAll(
            Path.of(file.path()),
            group.source().field(),
            settings.recipe().separator(),
            progress,
            this::add);
      }
    }

    Report report(Count kept) {
      return new Report(read, cut, dropped.counts(), kept);
    }

    private void add(byte[] document) throws IOException {
      read = read.plus(new Count(1, document.length));
      if (document.length == 0) {
        dropped.add(Tally.EMPTY, 0);
        return;
      }
      for (NamedFilter filter : filters) {
        if (!filter.filter().keeps(document)) {
          dropped.add(filter.type(), document.length);
          return;
        }
      }
      List<Piece> pieces = contamination.pieces(document);
      if (pieces.isEmpty()) {
        dropped.add(Tally.CONTAMINATED, document.length);
        return;
      }
      long left = pieces.stream().mapToLong(Piece::length).sum();
      if (left < document.length) {
        cut = cut.plus(new Count(1, document.length - left));
      }
      long origin = hash(document);
      for (Piece piece : pieces) {
        boolean whole = piece.length() == document.length;
        byte[] text = whole ? document : Arrays.copyOfRange(document, piece.start(), piece.end());
        documents.add(text);
        int[] signature = near ? minHash.of(text) : new int[0];
        SignatureFile.write(signatures, whole ? origin : hash(text), origin, signature);
      }
    }
  }

  private static long hash(byte[] text) {
    MessageDigest digest = Sha256.digest();
    return ByteBuffer.wrap(digest.digest(text)).getLong();
  }
}
