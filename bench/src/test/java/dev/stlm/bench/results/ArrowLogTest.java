package dev.stlm.bench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowLogTest {
  private static final String SHA = "0123456789abcdef".repeat(4);

  private static AnswerRow row(int i) {
    return new AnswerRow(
        SHA, "loglikelihood", "täsk", 1, i, i % 3, "model", -i / 7.0, i % 2 == 0, "ü" + i, i);
  }

  private static List<AnswerRow> rows(int from, int to) {
    List<AnswerRow> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private static List<AnswerRow> write(Path file, List<AnswerRow> rows, int flushEvery) {
    List<AnswerRow> earlier = new ArrayList<>();
    try (var log = ArrowLog.open(file, RowFormat.ANSWERS, earlier::add)) {
      for (int i = 0; i < rows.size(); i++) {
        log.add(rows.get(i));
        if (i % flushEvery == flushEvery - 1) {
          log.flush();
        }
      }
    }
    return earlier;
  }

  private static List<AnswerRow> read(Path file) {
    List<AnswerRow> rows = new ArrayList<>();
    ArrowRows.read(file, RowFormat.ANSWERS, rows::add);
    return rows;
  }

  @Test
  void rowsComeBackAndALaterWriterAddsToThem(@TempDir Path dir) {
    Path file = dir.resolve("a.arrows");
    assertThat(write(file, rows(0, 10), 4)).isEmpty();
    assertThat(read(file)).isEqualTo(rows(0, 10));
    assertThat(write(file, rows(10, 12), 1)).isEqualTo(rows(0, 10));
    assertThat(read(file)).isEqualTo(rows(0, 12));
  }

  @Property(tries = 60)
  void aFileCutAnywhereGoesOnWithItsWholeBatches(@ForAll @DoubleRange(max = 1) double share)
      throws IOException {
    Path dir = Files.createTempDirectory("arrowlog");
    Path file = dir.resolve("a.arrows");
    try {
      write(file, rows(0, 40), 8);
      try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.setLength((long) (share * raw.length()));
      }
      List<AnswerRow> left = write(file, List.of(), 8);
      assertThat(left.size() % 8).isZero();
      assertThat(left).isEqualTo(rows(0, left.size()));
      write(file, rows(left.size(), 41), 8);
      assertThat(read(file)).isEqualTo(rows(0, 41));
    } finally {
      Files.deleteIfExists(file);
      Files.delete(dir);
    }
  }

  @Property(tries = 60)
  void aTornBlockOfZerosAfterWholeBatchesIsCutOff(@ForAll @DoubleRange(max = 1) double share)
      throws IOException {
    Path dir = Files.createTempDirectory("arrowlog");
    Path file = dir.resolve("a.arrows");
    try {
      write(file, rows(0, 8), 8);
      long whole = Files.size(file);
      try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.setLength(whole + (long) (share * 5000));
      }
      assertThat(write(file, rows(8, 9), 8)).isEqualTo(rows(0, 8));
      assertThat(read(file)).isEqualTo(rows(0, 9));
    } finally {
      Files.deleteIfExists(file);
      Files.delete(dir);
    }
  }

  @Test
  void aSecondWriterIsRefused(@TempDir Path dir) {
    Path file = dir.resolve("a.arrows");
    try (var first = ArrowLog.open(file, RowFormat.ANSWERS, _ -> {})) {
      first.add(row(0));
      assertThatThrownBy(() -> ArrowLog.open(file, RowFormat.ANSWERS, _ -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("another run");
    }
    assertThat(read(file)).isEqualTo(rows(0, 1));
  }

  @Test
  void aFileOfAnotherKindIsNeitherReadNorOverwritten(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("a.arrows"), "a letter to a friend");
    assertThatThrownBy(() -> write(file, rows(0, 1), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not an Arrow IPC stream");
    assertThat(file).hasContent("a letter to a friend");
  }

  @Test
  void aStreamWithOtherColumnsIsRefused(@TempDir Path dir) {
    Path file = dir.resolve("a.arrows");
    write(file, rows(0, 1), 1);
    assertThatThrownBy(() -> ArrowRows.read(file, RowFormat.DOCUMENTS, _ -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("another version");
  }

  @Test
  void aDamagedBatchIsReportedInOneLine(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("a.arrows");
    write(file, rows(0, 64), 64);
    byte[] bytes = Files.readAllBytes(file);
    int refused = 0;
    for (int at = 1000; at < bytes.length - 8; at += 211) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) 0x80;
      damaged[at + 1] ^= (byte) 0x7F;
      Files.write(file, damaged);
      try {
        ArrowRows.read(file, RowFormat.ANSWERS, _ -> {});
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).doesNotContain("\n").contains("a.arrows");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
