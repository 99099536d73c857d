package dev.stlm.training.internal.prepare.input;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnSchema;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The texts of one column of a Parquet file; nulls are passed over. */
final class ParquetReader implements DocumentReader {
  /** Rows that are decoded at a time. */
  private static final int ROWS = 64;

  private final Path file;
  private final long fileBytes;
  private final LongConsumer progress;
  private final ParquetFileReader reader;
  private final ColumnReader column;
  private final long rows;
  private long rowsDone;
  private long reported;
  private byte[] values = new byte[0];
  private int[] offsets = new int[1];
  private Validity validity = Validity.NO_NULLS;
  private int count;
  private int at;

  ParquetReader(Path file, String columnName, LongConsumer progress) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".parquet")) {
      throw new InvalidInputException(
          file + ": a Parquet file is read as it is; unpack it (Parquet compresses its columns)");
    }
    this.file = file;
    this.fileBytes = Files.size(file);
    this.progress = progress;
    ParquetFileReader opened = open(file);
    try {
      requireText(file, opened.getFileSchema().getColumns(), columnName);
      this.rows = opened.getFileMetaData().numRows();
      this.column = opened.buildColumnReader(columnName).batchSize(ROWS).build();
      this.reader = opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (true) {
      while (at == count) {
        if (!nextBatch()) {
          return null;
        }
      }
      int row = at++;
      if (validity.isNotNull(row)) {
        return Arrays.copyOfRange(values, offsets[row], offsets[row + 1]);
      }
    }
  }

  private boolean nextBatch() throws IOException {
    try {
      if (!column.nextBatch()) {
        report(fileBytes);
        return false;
      }
      count = column.getRecordCount();
      values = column.getBinaryValues();
      offsets = column.getBinaryOffsets();
      validity = column.getLeafValidity();
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
    at = 0;
    rowsDone += count;
    report(Math.round(fileBytes * (rowsDone / (double) Math.max(1, rows))));
    return true;
  }

  private void report(long bytes) {
    progress.accept(bytes - reported);
    reported = bytes;
  }

  private static ParquetFileReader open(Path file) throws IOException {
    try {
      return ParquetFileReader.open(InputFile.of(file));
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static void requireText(Path file, List<ColumnSchema> columns, String name) {
    ColumnSchema found =
        columns.stream()
            .filter(c -> c.fieldPath().matchesDottedName(name))
            .findFirst()
            .orElse(null);
    if (found == null) {
      List<String> names = columns.stream().map(c -> c.fieldPath().toString()).toList();
      throw new InvalidInputException(
          file + ": has no column " + name + "; name one of " + String.join(", ", names));
    }
    if (found.type() != PhysicalType.BYTE_ARRAY || found.maxRepetitionLevel() > 0) {
      throw new InvalidInputException(
          file + ": column " + name + " holds no single texts; name the column with the text");
    }
  }

  private static IOException damaged(Path file, RuntimeException e) {
    String reason =
        e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
    return new IOException("not a whole Parquet file: " + reason.replace(file + ": ", ""), e);
  }

  @Override
  public void close() throws IOException {
    column.close();
    reader.close();
  }
}
