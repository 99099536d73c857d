package dev.stlm.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.bench.results.AnswerRow;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.Summary;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final Tasks TASKS = Tasks.installed();
  private static final TaskSettings TEN = TaskSettings.defaults().withLimit(10);

  @TempDir private Path temporary;
  private Path dir;
  private final AtomicLong asked = new AtomicLong();

  @BeforeEach
  void outIsADirectoryThatIsNotThereYet() {
    dir = temporary.resolve("runs/one");
  }

  private ResultSet run(String hash, TaskSettings settings, String... names) {
    List<EvalTask> tasks = TASKS.select(List.of(names));
    Evaluation.Listener listener =
        new Evaluation.Listener() {
          @Override
          public void started(long open, long known) {
            asked.set(open);
          }
        };
    try (Crc32Model model = new Crc32Model(hash)) {
      return new Evaluation(TASKS, settings, dir, listener).run(model, tasks);
    }
  }

  @Test
  void everyAnswerIsARowAndEveryFigureHasItsError() {
    ResultSet results = run("m", TEN, "blimp", "winogrande");
    assertThat(results.answers()).hasSize(67 * 20 + 20);
    AnswerRow row = results.answers().getFirst();
    assertThat(row.modelHash()).isEqualTo("m");
    assertThat(row.kind()).isEqualTo("loglikelihood");
    List<Summary.Score> scores = results.summary().scores();
    assertThat(scores).hasSize(69);
    assertThat(scores.getFirst().name()).isEqualTo("blimp");
    assertThat(scores.getFirst().tasks()).isEqualTo(67);
    assertThat(scores)
        .allSatisfy(s -> assertThat(s.figures().getFirst().standardError()).isNotNull());
    assertThat(results.documents()).hasSize(68);
  }

  @Test
  void aPartOfAGroupHasNoGroupFigure() {
    assertThat(run("m", TEN, "blimp_causative").summary().scores())
        .extracting(Summary.Score::name)
        .containsExactly("blimp_causative");
  }

  @Test
  void aFinishedRunAsksNothingAgainAndAHigherLimitOnlyAdds() {
    Summary first = run("m", TEN, "arc_easy").summary();
    assertThat(run("m", TEN, "arc_easy").summary()).isEqualTo(first);
    assertThat(asked).hasValue(0);
    run("m", TEN.withLimit(15), "arc_easy", "winogrande");
    assertThat(asked.get()).isBetween(30L, 50L);
  }

  @Test
  void anotherTaskInTheSameDirectoryKeepsTheFiguresOfTheFirst() {
    run("m", TEN, "winogrande");
    ResultSet both = run("m", TEN, "blimp_causative");
    assertThat(both.summary().scores())
        .extracting(Summary.Score::name)
        .containsExactly("blimp_causative", "winogrande");
    assertThat(both.documents()).hasSize(2);
    assertThat(run("m", TEN, "winogrande").summary().scores()).hasSize(2);
  }

  @Test
  void aGroupOfWhichATaskWasScoredAnewIsDropped() {
    run("m", TEN, "blimp");
    ResultSet after = run("m", TEN.withLimit(12), "blimp_causative");
    assertThat(after.summary().scores())
        .hasSize(67)
        .extracting(Summary.Score::name)
        .doesNotContain("blimp");
  }

  @Test
  void aRunCutShortGivesTheFiguresOfAWholeOne() throws IOException {
    Summary whole = run("m", TEN, "blimp_causative", "arc_easy").summary();
    Path answers = dir.resolve("answers.arrows");
    Files.delete(dir.resolve("summary.json"));
    try (RandomAccessFile raw = new RandomAccessFile(answers.toFile(), "rw")) {
      raw.setLength(raw.length() / 2);
    }
    assertThatThrownBy(() -> ResultSet.open(dir))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not finished");
    assertThat(run("m", TEN, "blimp_causative", "arc_easy").summary()).isEqualTo(whole);
    assertThat(asked.get()).isPositive();
  }

  @Test
  void resultsOfAnotherModelAreRefused() {
    run("model-one", TEN, "winogrande");
    assertThatThrownBy(() -> run("model-two", TEN, "winogrande"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model-one")
        .hasMessageContaining("--out");
  }

  @Test
  void resultsOfOtherSettingsAreRefused() {
    run("m", TEN, "winogrande");
    assertThatThrownBy(() -> run("m", TEN.withFewShot(2), "winogrande"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winogrande")
        .hasMessageContaining("--fewshot");
  }

  @Test
  void aModelThatFailsKeepsWhatItHasAnswered() {
    EvalModel failing =
        new Crc32Model("m") {
          @Override
          public void loglikelihood(
              List<dev.stlm.bench.task.EvalRequest.LogLikelihood> requests, AnswerSink sink) {
            super.loglikelihood(requests.subList(0, 7), sink);
            throw new IllegalStateException("out of luck");
          }
        };
    Evaluation evaluation = new Evaluation(TASKS, TEN, dir, Evaluation.Listener.NONE);
    List<EvalTask> tasks = TASKS.select(List.of("winogrande"));
    assertThatThrownBy(() -> evaluation.run(failing, tasks)).hasMessage("out of luck");
    run("m", TEN, "winogrande");
    assertThat(asked).hasValue(13);
  }

  @Test
  void bitsPerByteOfATextAddUpOverItsBlocks() throws IOException {
    String text = "Grüße aus der Höhle. ".repeat(1000);
    Path file = Files.writeString(temporary.resolve("text.txt"), text);
    Summary.Figure figure =
        run("m", TaskSettings.defaults().withText(file), "bits_per_byte")
            .summary()
            .scores()
            .getFirst()
            .figures()
            .getFirst();
    double nats =
        ResultSet.open(dir).answers().stream().mapToDouble(AnswerRow::logLikelihood).sum();
    assertThat(figure.documents()).isBetween(92, 95);
    assertThat(figure.value()).isCloseTo(-nats / Math.log(2) / Files.size(file), within(1e-9));
    assertThat(figure.standardError()).isPositive();
  }

  @Test
  void textsThatAreMissingEmptyOrNotUtf8AreRefused() throws IOException {
    assertThatThrownBy(() -> run("m", TaskSettings.defaults(), "bits_per_byte"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--text");
    Path file = temporary.resolve("text.txt");
    TaskSettings settings = TaskSettings.defaults().withText(file);
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> run("m", settings, "bits_per_byte"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
    Files.write(file, new byte[] {'a', 'b', (byte) 0xC3, 'c'});
    assertThatThrownBy(() -> run("m", settings, "bits_per_byte"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8 near byte 2");
  }

  @Test
  void unknownTasksListTheKnownOnes() {
    assertThatThrownBy(() -> TASKS.select(List.of("blmp")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("blmp")
        .hasMessageContaining("arc_easy");
  }
}
