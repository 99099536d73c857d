package dev.stlm.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.score.BitsPerByte;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LocalModelTest {
  private static final ModelFacts TOY = new ModelFacts("toy", "toy", "toy", 0, 0);

  static LocalModel toy(int contextLength, int threads) {
    return new LocalModel(new ToyLanguageModel(contextLength), TOY, threads);
  }

  @Test
  void theToyModelIsTheOneOfTheGoldens() {
    for (JsonNode check : Goldens.unit("toy_model").get("check")) {
      int[] ids = Goldens.ints(check.get("tokens"));
      int[] all = Arrays.copyOf(ids, ids.length + 1);
      all[ids.length] = check.get("generated").asInt();
      try (var scorer = new PrefixScorer(new ToyLanguageModel(100))) {
        for (int i = 1; i <= ids.length; i++) {
          double expected = check.get("token_logprobs").get(i).asDouble();
          assertThat(scorer.score(Arrays.copyOf(all, i + 1), i).sum())
              .isCloseTo(expected, within(1e-12));
        }
        assertThat(scorer.score(all, ids.length).greedy()).isTrue();
      }
    }
  }

  @Test
  void contextsAndContinuationsAreCutAsTheHarnessCuts() {
    for (JsonNode c : Goldens.unit("encode_pair")) {
      PairEncoding pair =
          PairEncoding.of(
              new ByteTokenizer(), c.get("context").asText(), c.get("continuation").asText());
      assertThat(pair.context()).isEqualTo(Goldens.ints(c.get("context_tokens")));
      assertThat(pair.continuation()).isEqualTo(Goldens.ints(c.get("continuation_tokens")));
    }
  }

  @Test
  void aContextOfWhiteSpaceAloneIsScoredAfterTheEndOfText() {
    PairEncoding pair = PairEncoding.of(new ByteTokenizer(), " \n", "a");
    assertThat(pair.context()).containsExactly(ByteTokenizer.END_OF_TEXT);
    assertThat(pair.continuation()).containsExactly(' ', '\n', 'a');
  }

  @Test
  void windowsOfLongTextsEqualTheHarness() {
    for (JsonNode c : Goldens.unit("rolling_windows")) {
      List<RollingWindows.Window> windows =
          RollingWindows.of(c.get("tokens").asInt(), c.get("max_seq_len").asInt());
      assertThat(windows).as(c.toString()).hasSize(c.get("windows").size());
      for (int i = 0; i < windows.size(); i++) {
        RollingWindows.Window w = windows.get(i);
        JsonNode expected = c.get("windows").get(i);
        int[] context =
            w.contextFrom() < 0
                ? new int[] {-1}
                : IntStream.range(w.contextFrom(), w.from()).toArray();
        equal(context, expected, "context");
        equal(IntStream.range(w.from(), w.to()).toArray(), expected, "predicted");
      }
    }
  }

  /** Goldens of long windows hold only the ends and the length. */
  private static void equal(int[] ids, JsonNode expected, String part) {
    if (expected.has(part)) {
      assertThat(ids).isEqualTo(Goldens.ints(expected.get(part)));
    } else {
      assertThat(ids)
          .hasSize(expected.get(part + "_len").asInt())
          .startsWith(expected.get(part + "_first").asInt())
          .endsWith(expected.get(part + "_last").asInt());
    }
  }

  @Property(tries = 50)
  void sharedPrefixesAndThreadsChangeNoAnswer(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 200) Integer> seeds,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll @IntRange(min = 12, max = 40) int contextLength) {
    List<EvalRequest.LogLikelihood> requests =
        seeds.stream()
            .map(s -> new EvalRequest.LogLikelihood("abcabcabcabc".substring(s % 13), "ab" + s))
            .toList();
    try (LocalModel together = toy(contextLength, threads)) {
      Map<Integer, Answer> answers = new TreeMap<>();
      together.loglikelihood(requests, (i, a, _) -> answers.put(i, a));
      assertThat(answers).hasSize(requests.size());
      for (int i = 0; i < requests.size(); i++) {
        List<Answer> alone = new ArrayList<>();
        try (LocalModel single = toy(contextLength, 1)) {
          single.loglikelihood(List.of(requests.get(i)), (_, a, _) -> alone.add(a));
        }
        assertThat(answers).containsEntry(i, alone.getFirst());
      }
    }
  }

  @Test
  void choicesOfOneQuestionReadItOnce() {
    ToyLanguageModel model = new ToyLanguageModel(200);
    String question = "q".repeat(100);
    try (LocalModel local = new LocalModel(model, TOY, 1)) {
      local.loglikelihood(
          List.of(
              new EvalRequest.LogLikelihood(question, " one"),
              new EvalRequest.LogLikelihood("other", " x"),
              new EvalRequest.LogLikelihood(question, " two")),
          (_, _, _) -> {});
    }
    assertThat(model.idsRead.get()).isLessThan(125);
  }

  @Test
  void aContinuationThatDoesNotFitIsRefusedInOneLine() {
    try (LocalModel local = toy(4, 1)) {
      List<EvalRequest.LogLikelihood> requests =
          List.of(new EvalRequest.LogLikelihood("a", "\nbcde"));
      assertThatThrownBy(() -> local.loglikelihood(requests, (_, _, _) -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("5 tokens")
          .hasMessageContaining("4")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void generationTakesTheLikeliestTokenAndEndsBeforeAStopString() {
    try (LocalModel local = toy(64, 1)) {
      List<Answer> answers = new ArrayList<>();
      local.generate(
          List.of(
              new EvalRequest.Generate("", List.of(), 3),
              new EvalRequest.Generate("Hello ", List.of(), 5),
              new EvalRequest.Generate("Hello ", List.of("K"), 5)),
          (_, a, _) -> answers.add(a));
      // the first tokens are pinned by toy_model/check: 95 is '_', 75 is 'K'
      assertThat(answers.get(0).text()).startsWith("_").hasSize(3);
      assertThat(answers.get(1).text()).startsWith("K").hasSize(5);
      assertThat(answers.get(2).text()).isEmpty();
    }
  }

  @Property(tries = 40)
  void aTextAfterItsContextIsScoredAsItsContinuation(
      @ForAll @IntRange(min = 1, max = 30) int contextBytes,
      @ForAll @IntRange(min = 1, max = 20) int textBytes) {
    String context = "abcdefghijklmnopqrstuvwxyz0123".substring(0, contextBytes);
    String text = "the quick brown fox jumps".substring(0, textBytes);
    List<Answer> answers = new ArrayList<>();
    try (LocalModel local = toy(20, 1)) {
      local.loglikelihood(
          List.of(new EvalRequest.LogLikelihood(context, text)), (_, a, _) -> answers.add(a));
      local.rolling(List.of(new EvalRequest.Rolling(context, text)), (_, a, _) -> answers.add(a));
    }
    assertThat(answers.get(1)).isEqualTo(answers.get(0));
  }

  @Test
  void heldOutTextsGetTheFigureOfTheModelsOwnMeasure() throws Exception {
    byte[] text = new byte[512 + 9 * 256]; // whole blocks
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) (32 + (i * 7 + i / 11) % 90);
    }
    Path file = Files.write(Files.createTempFile("held", ".txt"), text);
    try (LanguageModel model = new ToyLanguageModel(512);
        LocalModel local = new LocalModel(model, TOY, 2)) {
      EvalTask task = Tasks.installed().select(List.of("bits_per_byte")).getFirst();
      EvalTask.Prepared prepared = task.prepare(TaskSettings.defaults().withText(file));
      List<EvalRequest.Rolling> requests =
          prepared.documents().stream()
              .map(d -> (EvalRequest.Rolling) d.requests().getFirst())
              .toList();
      Map<Integer, Answer> answers = new TreeMap<>();
      local.rolling(requests, (i, a, _) -> answers.put(i, a));
      double nats = answers.values().stream().mapToDouble(Answer::logLikelihood).sum();
      assertThat(-nats / Math.log(2) / text.length)
          .isCloseTo(BitsPerByte.measure(model, text).bitsPerByte(), within(1e-9));
    } finally {
      Files.delete(file);
    }
  }
}
