package dev.stlm.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stlm.bench.Goldens;
import dev.stlm.bench.stats.Estimate;
import dev.stlm.bench.stats.Observation;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The toy byte model scored here, and by the harness over HTTP: every likelihood, mark, figure and
 * error is the same.
 */
class EndToEndGoldenTest {
  private static final Tasks TASKS = Tasks.installed();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blimp_group",
        "blimp_adjunct_island",
        "arc_easy_0shot",
        "arc_easy_3shot",
        "arc_easy_25shot",
        "arc_easy_maxlen96",
        "winogrande_0shot",
        "winogrande_5shot_pool_train_l"
      })
  void theToyModelScoresAsUnderTheHarness(String run) {
    JsonNode golden = Objects.requireNonNull(Goldens.unit("end_to_end").get(run));
    TaskSettings settings = TaskSettings.defaults().withLimit(golden.get("limit").asDouble());
    check(golden, settings);
  }

  @Test
  void aTaskWhoseDataTheUserBringsScoresAsUnderTheHarness(@TempDir Path data) throws Exception {
    JsonNode golden = Objects.requireNonNull(Goldens.unit("end_to_end").get("arc_challenge_0shot"));
    StringBuilder rows = new StringBuilder();
    for (JsonNode sample : golden.get("samples").get("arc_challenge")) {
      rows.append(new ObjectMapper().writeValueAsString(sample.get("doc"))).append('\n');
    }
    Files.createDirectory(data.resolve("arc_challenge"));
    Files.writeString(data.resolve("arc_challenge/test.jsonl"), rows);
    check(golden, TaskSettings.defaults().withData(data));
  }

  private static void check(JsonNode golden, TaskSettings zeroShot) {
    TaskSettings settings =
        golden.get("num_fewshot").isNull()
            ? zeroShot
            : zeroShot.withFewShot(golden.get("num_fewshot").asInt());
    int window = golden.get("max_length").asInt() - 2;
    List<EvalTask> tasks = TASKS.select(Goldens.list(golden.get("tasks"), JsonNode::asText));
    List<Map<Metric, Estimate>> all = new ArrayList<>();
    try (LocalModel model = LocalModelTest.toy(window, 1)) {
      for (EvalTask task : tasks) {
        EvalTask.Prepared prepared = task.prepare(settings);
        List<List<Answer>> answers = answers(model, prepared);
        Map<Metric, List<Observation>> marks = Scoring.mark(task, prepared, answers);
        checkSamples(golden.path("samples").path(task.name()), prepared, answers, marks);
        Map<Metric, Estimate> figures = Scoring.aggregate(marks, 100);
        checkFigures(figures, golden.get("results").get(task.name()));
        all.add(figures);
      }
    }
    golden
        .get("groups")
        .properties()
        .forEach(g ->
            checkFigures(Scoring.pool(TASKS.group(g.getKey()).orElseThrow(), all), g.getValue()));
  }

  private static List<List<Answer>> answers(LocalModel model, EvalTask.Prepared prepared) {
    List<EvalRequest.LogLikelihood> flat = new ArrayList<>();
    prepared
        .documents()
        .forEach(d -> d.requests().forEach(r -> flat.add((EvalRequest.LogLikelihood) r)));
    Map<Integer, Answer> byIndex = new LinkedHashMap<>();
    model.loglikelihood(flat, (i, a, _) -> byIndex.put(i, a));
    List<List<Answer>> answers = new ArrayList<>();
    int next = 0;
    for (EvalTask.Document d : prepared.documents()) {
      List<Answer> list = new ArrayList<>();
      for (int i = 0; i < d.requests().size(); i++) {
        list.add(Objects.requireNonNull(byIndex.get(next++)));
      }
      answers.add(list);
    }
    return answers;
  }

  private static void checkSamples(
      JsonNode samples,
      EvalTask.Prepared prepared,
      List<List<Answer>> answers,
      Map<Metric, List<Observation>> marks) {
    for (JsonNode sample : samples) {
      int doc = sample.get("doc_id").asInt();
      for (int i = 0; i < sample.get("requests").size(); i++) {
        JsonNode request = sample.get("requests").get(i);
        assertThat(prepared.documents().get(doc).requests().get(i).arguments())
            .isEqualTo(Goldens.list(request.get("arguments"), JsonNode::asText));
        Answer answer = answers.get(doc).get(i);
        double expected = request.get("response").get(0).asDouble();
        assertThat(answer.logLikelihood()).isCloseTo(expected, within(-expected * 1e-9));
        assertThat(answer.greedy()).isEqualTo(request.get("response").get(1).asBoolean());
      }
      marks.forEach((metric, list) ->
          assertThat(list.get(doc).value())
              .isEqualTo(sample.get("metrics").get(metric.name()).asDouble()));
    }
  }

  private static void checkFigures(Map<Metric, Estimate> figures, JsonNode expected) {
    assertThat(figures).isNotEmpty();
    figures.forEach((metric, estimate) -> {
      double value = expected.get(metric.name() + ",none").asDouble();
      assertThat(estimate.value()).isCloseTo(value, within(Math.abs(value) * 1e-9));
      assertThat(estimate.count()).isEqualTo(expected.get("sample_len").asInt());
      double error = Goldens.error(expected.get(metric.name() + "_stderr,none")).orElse(Double.NaN);
      double actual = estimate.standardError().orElse(Double.NaN);
      assertThat(actual).isCloseTo(error, within(Math.abs(error) * 1e-9 + 1e-15));
    });
  }
}
