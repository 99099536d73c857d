package dev.stlm.bench.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task as the guide shows it. */
class OwnTaskTest {
  // @start region="task"
  /** Which language is a sentence in? Rows: {"sentence": "...", "language": 0}. */
  static final class LanguageOf extends ChoiceTask<LanguageOf.Row> {
    record Row(String sentence, int language) {}

    LanguageOf() {
      super(
          "language",
          "language/test", // DIR/language/test.jsonl, given by --data DIR
          Row.class,
          new FewShot(FewShot.Rule.DRAWN, "language/train"),
          List.of(Metric.ACC));
    }

    @Override
    public String description() {
      return "whether a sentence is English or German";
    }

    @Override
    protected ChoiceDocument render(Row row) {
      return ChoiceDocument.answers(
          row.sentence() + "\nLanguage:", List.of("English", "German"), row.language());
    }
  }

  // @end

  @TempDir private Path data;

  @BeforeEach
  void rowsOnDisk() throws Exception {
    Files.createDirectory(data.resolve("language"));
    Files.writeString(
        data.resolve("language/test.jsonl"),
        """
        {"sentence": "Good day.", "language": 0}
        {"sentence": "Guten Tag.", "language": 1}
        """);
    Files.writeString(
        data.resolve("language/train.jsonl"),
        "{\"sentence\": \"Ja.\", \"language\": 1}\n{\"sentence\": \"Yes.\", \"language\": 0}\n");
  }

  @Test
  void rowsBecomeRequestsWithExamplesBeforeThem() {
    TaskSettings settings = TaskSettings.defaults().withData(data).withFewShot(1);
    EvalTask.Prepared prepared = new LanguageOf().prepare(settings);
    assertThat(prepared.documents()).hasSize(2);
    List<String> arguments = prepared.documents().getLast().requests().getFirst().arguments();
    assertThat(arguments.getFirst())
        .matches("(Ja.\nLanguage: German|Yes.\nLanguage: English)\n\nGuten Tag.\nLanguage:");
    assertThat(arguments.getLast()).isEqualTo(" English");
  }

  @Test
  void moreExamplesThanThePoolHoldsAreRefused() {
    TaskSettings settings = TaskSettings.defaults().withData(data).withFewShot(3);
    LanguageOf task = new LanguageOf();
    assertThatThrownBy(() -> task.prepare(settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--fewshot")
        .hasMessageContaining("has 2");
  }

  @Test
  void aRowThatDoesNotFitNamesFileAndLine() throws Exception {
    Path file = data.resolve("language/test.jsonl");
    LanguageOf task = new LanguageOf();
    TaskSettings settings = TaskSettings.defaults().withData(data);
    String good = "{\"sentence\": \"a\", \"language\": 0}\n";
    for (String bad :
        List.of(
            "{\"sentence\": \"a\", \"language\": 0, \"colour\": 1}",
            "{\"sentence\": \"a\"}",
            "{\"sentence\": \"a\", \"language\": null}",
            "{\"sentence\": \"a\", \"sentence\": \"b\", \"language\": 0}",
            "{\"sentence\": \"a\", ")) {
      Files.writeString(file, good + bad + "\n");
      assertThatThrownBy(() -> task.prepare(settings))
          .as(bad)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("test.jsonl, line")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aDataFileThatIsNotGzipIsRefused() throws Exception {
    Files.delete(data.resolve("language/test.jsonl"));
    Files.writeString(data.resolve("language/test.jsonl.gz"), "plain text");
    LanguageOf task = new LanguageOf();
    TaskSettings settings = TaskSettings.defaults().withData(data);
    assertThatThrownBy(() -> task.prepare(settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not a whole gzip file");
  }
}
