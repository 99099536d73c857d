package dev.stlm.training.internal.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.FineTuningTasks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleFileTest {
  private static final FineTuningTask SENTIMENT = FineTuningTasks.named("sentiment");
  private static final FineTuningTask TRANSLATION = FineTuningTasks.named("translation");
  private static final FineTuningTask CHAT = FineTuningTasks.named("chat");

  @TempDir Path dir;

  @Test
  void aRowOfSentimentAsksForOneOfTwoWords() throws IOException {
    List<Example> examples =
        read(
            SENTIMENT,
            """
            {"sentence": "a fine soup ", "label": 1, "idx": 7}

            {"text": "cold soup", "label": "negative"}\
            """);
    assertThat(examples)
        .containsExactly(
            Example.of("a fine soup\nIt was", " good"), Example.of("cold soup\nIt was", " bad"));
  }

  @Test
  void aRowOfTranslationHasTwoNamesForEachSide() throws IOException {
    assertThat(
            read(
                TRANSLATION,
                """
                {"en": "A dog.", "de": "Ein Hund."}
                {"source": "Una casa", "target": "Ein Haus"}
                """))
        .containsExactly(
            Example.of("A dog.\nTranslation:", " Ein Hund."),
            Example.of("Una casa\nTranslation:", " Ein Haus"));
  }

  @Test
  void aDialogueHasATurnForEachAnswerAndReadsAsTheServerWritesIt() throws IOException {
    List<Example> examples =
        read(
            CHAT,
            """
            {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Bye"}, {"role": "assistant", "content": "So long."}]}
            {"prompt": "Hi", "answer": "Hello."}
            """);
    assertThat(examples)
        .containsExactly(
            new Example(
                List.of(
                    new Example.Turn("Be brief.\nUser: Hi\nAssistant:", " Hello."),
                    new Example.Turn("\nUser: Bye\nAssistant:", " So long."))),
            Example.of("User: Hi\nAssistant:", " Hello."));
    assertThat(examples.getFirst().prompt())
        .isEqualTo("Be brief.\nUser: Hi\nAssistant: Hello.\nUser: Bye\nAssistant:");
  }

  @Test
  void aPackedFileReadsLikeAPlainOne() throws IOException {
    Path file = dir.resolve("rows.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"sentence\": \"naïve\", \"label\": 0}\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(ExampleFile.read(file, SENTIMENT))
        .containsExactly(Example.of("naïve\nIt was", " bad"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 9));
    assertThatThrownBy(() -> ExampleFile.read(file, SENTIMENT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": is not a whole gzip file; fetch it again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "sentiment | [1] | is not a JSON object",
        "sentiment | {\"sentence\": \"a\"} | has no field \"label\"",
        "sentiment | {\"label\": 1} | has no field \"sentence\" or \"text\"",
        "sentiment | {\"sentence\": \"a\", \"label\": 2} | \"label\" is 2; allowed: 0",
        "sentiment | {\"sentence\": \"a\", \"label\": 01} | is not valid JSON",
        "sentiment | {\"sentence\": \" \", \"label\": 1} | \"sentence\" is not a text",
        "sentiment | {\"sentence\": 5, \"label\": 1} | \"sentence\" is not a text",
        "sentiment | {\"label\": 1, \"label\": 0} | is not valid JSON",
        "translation | {\"en\": \"a\"} | has no field \"target\" or \"de\"",
        "chat | {\"prompt\": \"a\"} | has no field \"answer\"",
        "chat | {\"messages\": \"a\"} | \"messages\" is not a list",
        "chat | {\"messages\": []} | has no answer to learn",
        "chat | {\"messages\": [{\"role\": \"cat\", \"content\": \"a\"}]} | \"role\" is cat",
        "chat | {\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}]} | without a message",
      })
  void aLineThatDoesNotFitIsNamed(String task, String line, String what) throws IOException {
    Path file = dir.resolve("rows.jsonl");
    Files.writeString(file, "\n" + line + "\n");
    assertThatThrownBy(() -> ExampleFile.read(file, FineTuningTasks.named(task)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ", line 2: ")
        .hasMessageContaining(what)
        .hasMessageNotContaining("\n");
  }

  @Test
  void filesWithoutExamplesAreRefused() throws IOException {
    Path missing = dir.resolve("missing.jsonl");
    assertThatThrownBy(() -> ExampleFile.read(missing, CHAT))
        .hasMessage(missing + ": no such file; check the path");
    Path empty = Files.writeString(dir.resolve("empty.jsonl"), "\n\n");
    assertThatThrownBy(() -> ExampleFile.read(empty, CHAT))
        .hasMessage(empty + ": has no example; give one JSON object a line");
    Path latin = dir.resolve("latin.jsonl");
    Files.write(latin, "{\"sentence\": \"na\u00efve\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ExampleFile.read(latin, SENTIMENT))
        .hasMessage(latin + ", line 1: is not UTF-8 text; save it as UTF-8");
    Path endless = dir.resolve("endless.jsonl");
    Files.write(endless, new byte[ExampleFile.MAX_LINE + 2]);
    assertThatThrownBy(() -> ExampleFile.read(endless, SENTIMENT))
        .hasMessageContaining("line 1: has more than 1048576 bytes");
  }

  @Test
  void anUnknownTaskIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> FineTuningTasks.named("poetry"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("task poetry is not known; allowed: sentiment, translation, chat");
  }

  private List<Example> read(FineTuningTask task, String lines) throws IOException {
    Path file = dir.resolve("rows.jsonl");
    Files.writeString(file, lines);
    return ExampleFile.read(file, task);
  }
}
