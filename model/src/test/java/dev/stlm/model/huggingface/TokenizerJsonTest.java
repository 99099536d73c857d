package dev.stlm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids are those of the reference implementation: see {@code tokenizer/make_golden.py}. */
class TokenizerJsonTest {
  private static final Path DIRECTORY = Golden.path("tokenizer");

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"large, 700", "small, 320"})
  void idsAndTextsAreThoseOfTheReference(String name, int vocabulary) {
    Tokenizer tokenizer = read(DIRECTORY.resolve(name + ".json"), vocabulary);
    JsonNode cases = StrictJson.readTree(DIRECTORY.resolve("golden.json")).path(name);
    for (JsonNode one : cases) {
      String text = one.path("text").textValue();
      int[] ids = tokenizer.encode(text);
      assertThat(ids).as(text).isEqualTo(ids(one));
      String decoded = new String(tokenizer.decode(ids), StandardCharsets.UTF_8);
      assertThat(decoded).isEqualTo(text).isEqualTo(one.path("decoded").textValue());
    }
    assertThat(cases).hasSize(44);
  }

  /** The reference loses the blank that such a text starts with; here it is kept. */
  @Test
  void blanksHandledByAPreTokenizerAreTheSameButAtTheStart() {
    Tokenizer tokenizer = read(DIRECTORY.resolve("metaspace.json"), 700);
    List<String> lost = new ArrayList<>();
    for (JsonNode one : StrictJson.readTree(DIRECTORY.resolve("golden.json")).path("metaspace")) {
      String text = one.path("text").textValue();
      int[] ids = tokenizer.encode(text);
      assertThat(new String(tokenizer.decode(ids), StandardCharsets.UTF_8)).isEqualTo(text);
      if (!one.path("decoded").textValue().equals(text)) {
        lost.add(text);
        ids = Arrays.copyOfRange(ids, 1, ids.length);
      }
      assertThat(ids).as(text).isEqualTo(ids(one));
    }
    assertThat(lost).hasSize(5).allMatch(text -> text.startsWith(" "));
  }

  @Test
  void paddedVocabulariesHaveIdsWithoutText() {
    Tokenizer tokenizer = read(DIRECTORY.resolve("small.json"), 350);
    assertThat(tokenizer.vocabularySize()).isEqualTo(350);
    assertThat(tokenizer.decode(new int[] {1, 349, 2})).isEmpty();
    assertThat(tokenizer.startOfText()).isEqualTo(1);
    assertThat(tokenizer.endOfText()).isEqualTo(2);
  }

  @Test
  void textNeverMergesIntoASpecialTokenOrAByte() throws IOException {
    String json =
        Files.readString(DIRECTORY.resolve("small.json"))
            // a special token that merges make of plain text, and a byte that they spell
            .replace("\"added_tokens\":[", "\"added_tokens\":[{\"id\":310,\"content\":\"▁the\"},")
            .replace("\\u2581h\":319", "\\u2581h\":319,\"<\":320,\"0x61>\":321")
            .replace("\"merges\":[", "\"merges\":[\"< 0x61>\",");
    Tokenizer tokenizer = read(Files.writeString(temp.resolve("t.json"), json), 322);
    assertThat(tokenizer.encode("the")).containsExactly(308, 282);
    assertThat(tokenizer.decode(tokenizer.encode("<0x61>"))).asString().isEqualTo("<0x61>");
  }

  @Test
  void writtenAsACheckpointOfOursItIsTheSameTokenizer() throws IOException {
    Path theirs = Files.createDirectory(temp.resolve("theirs"));
    Golden.copy("tinyllama-bf16-sharded", theirs);
    Files.copy(DIRECTORY.resolve("small.json"), theirs.resolve("tokenizer.json"));
    Checkpoint checkpoint = CheckpointDirectory.open(theirs);
    Path ours = temp.resolve("ours");
    CheckpointDirectory.write(checkpoint, ours);
    Checkpoint opened = CheckpointDirectory.open(ours);
    assertThat(CheckpointHash.of(opened)).isEqualTo(CheckpointHash.of(checkpoint));
    String text = "The ships\n pass 灯台.";
    assertThat(opened.tokenizer().encode(text)).isEqualTo(checkpoint.tokenizer().encode(text));
    assertThat(CheckpointDirectory.bytesOnDisk(theirs)).isGreaterThan(435_328);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "type":"BPE"                                | "type":"Unigram"                             | model: type is Unigram; supported: BPE
          "byte_fallback":true                        | "byte_fallback":false                        | model: byte_fallback is false; supported: true
          "ignore_merges":false                       | "ignore_merges":true                         | model: ignore_merges is true
          "dropout":null                              | "dropout":0.1                                | model: dropout is 0.1; supported: none
          "end_of_word_suffix":null                   | "end_of_word_suffix":"</w>"                  | model: end_of_word_suffix is </w>; supported: none
          "fuse_unk":true                             | "fuse_unk":true,"new":1                      | model: field new is not understood
          "type":"Prepend"                            | "type":"Lowercase"                           | normalizer: normalizers[0]: type is Lowercase; supported: Prepend, Replace
          "prepend":"\\u2581"                         | "prepend":"_"                                | normalizer: normalizers[0]: prepend is "_"
          "pre_tokenizer":null                        | "pre_tokenizer":{"type":"ByteLevel"}         | pre_tokenizer: type is ByteLevel; supported: none
          "type":"Fuse"                               | "type":"WordPiece"                           | decoder: decoders[2]: type is WordPiece; supported: Replace
          {"type":"Fuse"},                            | ``                                           | decoder: the order of its steps is [Replace, ByteFallback, Strip]
          "start":1                                   | "start":2                                    | decoder: decoders[3]: Strip should take one blank from the start
          "type":"TemplateProcessing"                 | "type":"RobertaProcessing"                   | post_processor: type is RobertaProcessing
          "decoder":                                  | "added_vocabulary":{},"decoder":             | field added_vocabulary is not understood
          "id":2,"content":"</s>"                     | "id":2,"content":"<end>"                     | tokens "</s>" and "<end>" have one id, 2
          "id":2,"content":"</s>"                     | "id":320,"content":"<x>"                     | token "<x>" has id 320, config.json has a vocab_size of 320
          "merges":["t h",                            | "merges":["t #",                             | model: merge 0 is "t #"; supported: two tokens of the vocab
          """)
  void whatIsNotUnderstoodIsRefusedByName(String from, String to, String expected)
      throws IOException {
    String good = Files.readString(DIRECTORY.resolve("small.json"));
    assertThat(good).contains(from);
    Path file = Files.writeString(temp.resolve("tokenizer.json"), good.replace(from, to));
    assertThatThrownBy(() -> read(file, 320))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  private static int[] ids(JsonNode one) {
    List<Integer> ids = new ArrayList<>();
    one.path("ids").forEach(id -> ids.add(id.intValue()));
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private Tokenizer read(Path file, int vocabulary) {
    try {
      Path config = Golden.path("tinyllama-f32").resolve("config.json");
      String json =
          Files.readString(config).replace("\"vocab_size\": 320", "\"vocab_size\": " + vocabulary);
      Path copy = Files.writeString(temp.resolve("config.json"), json);
      return TokenizerJson.read(file, SourceConfig.read(copy));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
