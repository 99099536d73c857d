package dev.stlm.training.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.model.score.LogSoftmax;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.metric.Metric;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnswerScoringTest {
  private static final LanguageModel MODEL =
      ModelRuntimes.load(
          "cpu", InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1));

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void bitsPerByteAreThoseOfTheAnswersAndTheirEnds() {
    Example dialogue =
        new Example(List.of(new Example.Turn("ab", "xy"), new Example.Turn("cd", "z")));
    double nats = cost("ab", "xy") + cost("abxycd", "z");
    assertThat(AnswerScoring.bitsPerByte(MODEL, List.of(dialogue, Example.of("q", "r"))))
        .isCloseTo((nats + cost("q", "r")) / Math.log(2) / 4, within(1e-6));
  }

  @Test
  void theLikeliestAnswerIsTheOneThatCostsLeast() {
    List<String> choices = List.of(" a", " b", " cd");
    List<Example> examples = List.of(Example.of("one", " a"), Example.of("two", " a"));
    int[] chosen = AnswerScoring.likeliest(MODEL, examples, choices);
    for (int i = 0; i < 2; i++) {
      String prompt = examples.get(i).prompt();
      double best = cost(prompt, choices.get(chosen[i]));
      assertThat(choices).allSatisfy(c -> assertThat(cost(prompt, c)).isGreaterThanOrEqualTo(best));
    }
  }

  @Test
  void everyShippedTaskMeasuresAModel() {
    List<Example> examples =
        List.of(Example.of("a fine soup\nIt was", " good"), Example.of("bad\nIt was", " bad"));
    assertThat(FineTuningTasks.installed().values())
        .hasSize(3)
        .allSatisfy(task -> {
          List<Metric> metrics = task.measure(MODEL, examples);
          assertThat(metrics).isNotEmpty();
          assertThat(metrics)
              .allSatisfy(m -> {
                assertThat(m.count()).isEqualTo(2);
                assertThat(m.value()).isNotNegative().isFinite();
              });
        });
  }

  /** Nats of an answer and its end after a prompt, id by id. */
  private static double cost(String prompt, String answer) {
    ByteTokenizer bytes = new ByteTokenizer();
    double nats = 0;
    try (var session = MODEL.newSession()) {
      float[] logits =
          session.append(
              bytes.encodePrompt(prompt.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      for (int id : bytes.encode(answer)) {
        nats -= LogSoftmax.of(logits, id);
        logits = session.append(id);
      }
      return nats - LogSoftmax.of(logits, ByteTokenizer.END_OF_TEXT);
    }
  }
}
