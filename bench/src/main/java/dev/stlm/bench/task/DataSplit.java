package dev.stlm.bench.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The rows of one split of a data set: JSON lines, one row a line, in evaluation order.
 *
 * @param rows the documents
 * @param sha256 of the uncompressed file, in hexadecimal digits
 * @param where the file, for messages
 */
public record DataSplit<R>(List<R> rows, String sha256, String where) {
  private static final int MAX_BYTES = 256 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * Reads a split from a directory of the user's if it is there, else from what ships.
   *
   * @param directory looked into first
   * @param name such as {@code arc_easy/test}; {@code .jsonl} or {@code .jsonl.gz} is added
   * @param type a record with a component for every field of a row
   * @throws InvalidInputException if the split is nowhere, or a row does not fit the record
   */
  public static <R> DataSplit<R> read(Optional<Path> directory, String name, Class<R> type) {
    try {
      for (String ending : List.of(".jsonl", ".jsonl.gz")) {
        Optional<Path> file = directory.map(d -> d.resolve(name + ending)).filter(Files::exists);
        if (file.isPresent()) {
          try (InputStream in = Files.newInputStream(file.get())) {
            return read(in, ending.endsWith("gz"), file.get().toString(), type);
          }
        }
      }
      String resource = "/dev/stlm/bench/data/" + name + ".jsonl.gz";
      try (InputStream in = DataSplit.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new InvalidInputException(
              name
                  + ".jsonl: this data does not ship; put it (or .jsonl.gz) into a directory and"
                  + " give that by --data");
        }
        return read(in, true, name + ".jsonl.gz", type);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <R> DataSplit<R> read(InputStream in, boolean gzip, String where, Class<R> type)
      throws IOException {
    byte[] bytes;
    try (InputStream plain = gzip ? new GZIPInputStream(in) : in) {
      bytes = plain.readNBytes(MAX_BYTES + 1);
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw new InvalidInputException(where + ": not a whole gzip file; fetch it again", e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(where + ": longer than " + MAX_BYTES + " bytes; split it");
    }
    try (var rows = MAPPER.readerFor(type).<R>readValues(bytes)) {
      return new DataSplit<>(rows.readAll(), Sha256.hex(bytes), where);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String what = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
      throw new InvalidInputException(where + ", line " + line + ": " + what, e);
    }
  }
}
