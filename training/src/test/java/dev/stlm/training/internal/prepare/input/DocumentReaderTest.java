package dev.stlm.training.internal.prepare.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures are made by {@code fixtures.py} beside them. */
class DocumentReaderTest {
  private static final String END = "<|endoftext|>";

  @TempDir private Path dir;

  @Test
  void textIsCutAtLinesThatHoldTheSeparatorAlone() throws IOException {
    Path file =
        write("a.txt", "\uFEFFone\n\ntwo\n" + END + "\r\n\nthree " + END + "\n" + END + "\nfour");
    assertThat(read(file)).containsExactly("one\n\ntwo", "three " + END, "four");
  }

  @Test
  void textWithoutSeparatorsIsOneDocument() throws IOException {
    assertThat(read(write("a.md", "# one\n\ntwo\n"))).containsExactly("# one\n\ntwo");
    assertThat(read(write("b.txt", ""))).isEmpty();
  }

  @Property(tries = 50)
  void documentsOfAnySizeComeOutAsTheyWentIn(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 300_000) Integer> sizes)
      throws IOException {
    List<String> documents = new ArrayList<>();
    for (int size : sizes) {
      documents.add(("line " + size + "\n").repeat(size / 8 + 1).strip());
    }
    Path file = Files.createTempFile("documents", ".txt");
    Files.writeString(file, String.join("\n" + END + "\n", documents));
    assertThat(read(file)).isEqualTo(documents);
    Files.delete(file);
  }

  @Test
  void gzipOfSeveralMembersIsReadToItsEndAndProgressIsItsSize() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : List.of("one\n" + END + "\ntw", "o\n" + END + "\nthree")) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(part.getBytes(UTF_8));
      }
    }
    Path file = dir.resolve("a.txt.gz");
    Files.write(file, bytes.toByteArray());
    AtomicLong progress = new AtomicLong();
    List<String> documents = new ArrayList<>();
    DocumentReader.readAll(
        file, "text", END, progress::addAndGet, d -> documents.add(new String(d, UTF_8)));
    assertThat(documents).containsExactly("one", "two", "three");
    assertThat(progress).hasValue(bytes.size());
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
    assertRefused(file, "is damaged or cut short");
  }

  @Test
  void zstandardIsRead() throws Exception {
    assertThat(read(fixture("text.txt.zst"))).containsExactly("one", "two\nlines");
    byte[] whole = Files.readAllBytes(fixture("text.txt.zst"));
    Path file = dir.resolve("cut.zst");
    Files.write(file, Arrays.copyOf(whole, whole.length - 4));
    assertRefused(file, "can not be read");
  }

  @Test
  void jsonLinesGiveTheirField() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": 1, "text": "one\\n\\u00e9", "meta": {"text": "no"}}

            {"meta": [1, {"text": 3}], "text": "two"}
            """);
    assertThat(read(file)).containsExactly("one\né", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\": \"a\"", "[1]", "{\"other\": \"a\"}", "{\"text\": 3}", "x"})
  void aBadLineIsNamed(String line) throws IOException {
    Path file = write("a.jsonl", "{\"text\": \"one\"}\n\n" + line + "\n");
    assertRefused(file, "line");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "zstd", "gzip"})
  void parquetGivesItsColumnWithoutNulls(String codec) throws Exception {
    assertThat(read(fixture(codec + ".parquet"), "content"))
        .containsExactly("first document", "", "déjà vu\nzwei Zeilen", "last");
  }

  @Test
  void parquetOfManyRowGroupsIsReadInOrder() throws Exception {
    List<String> documents = read(fixture("groups.parquet"), "content");
    assertThat(documents).hasSize(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(documents.get(i)).isEqualTo("document " + i);
    }
  }

  @Test
  void wrongParquetIsRefused() throws Exception {
    assertThatThrownBy(() -> read(fixture("none.parquet"), "text"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("has no column text; name one of id, content");
    assertThatThrownBy(() -> read(fixture("none.parquet"), "id"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("holds no single texts");
    assertRefused(
        write("text.parquet", "not parquet at all, but long enough"), "Not a Parquet file");
    byte[] whole = Files.readAllBytes(fixture("groups.parquet"));
    Path cut = dir.resolve("cut.parquet");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 100));
    assertRefused(cut, "can not be read");
  }

  @Test
  void directoriesAreReadSortedAndWithoutWhatIsNoText() throws IOException {
    Path below = Files.createDirectories(dir.resolve("b/c"));
    for (String name : List.of("z.txt", "a.jsonl.gz", "image.png", ".hidden.txt", "m.json")) {
      Files.writeString(below.resolve(name), "x");
    }
    Files.writeString(dir.resolve("b/first.parquet"), "x");
    assertThat(InputFiles.of(List.of(dir.resolve("b").toString())))
        .containsExactly(
            below.resolve("a.jsonl.gz"), below.resolve("z.txt"), dir.resolve("b/first.parquet"));
    assertThatThrownBy(() -> InputFiles.of(List.of(dir.resolve("none").toString())))
        .hasMessage(dir.resolve("none") + ": no such file; check the path");
    Path empty = Files.createDirectory(dir.resolve("empty"));
    assertThatThrownBy(() -> InputFiles.of(List.of(empty.toString())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("holds no .txt");
  }

  @Test
  void everyStringOfAnEvaluationSetCounts() throws IOException {
    Path file =
        write(
            "e.jsonl",
            "{\"q\": \"one\", \"choices\": {\"text\": [\"two\", \"three\"]}, \"n\": 1}\n");
    List<String> texts = new ArrayList<>();
    EvaluationTexts.of(file, END, t -> texts.add(new String(t, UTF_8)));
    assertThat(texts).containsExactly("one", "two", "three");
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> read(file, "content"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  private static List<String> read(Path file) throws IOException {
    return read(file, "text");
  }

  private static List<String> read(Path file, String field) throws IOException {
    List<String> documents = new ArrayList<>();
    DocumentReader.readAll(file, field, END, _ -> {}, d -> documents.add(new String(d, UTF_8)));
    return documents;
  }

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(DocumentReaderTest.class.getResource(name)).toURI());
  }
}
