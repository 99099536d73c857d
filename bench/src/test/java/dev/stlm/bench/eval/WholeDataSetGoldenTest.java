package dev.stlm.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every document of every data set that ships: same requests, figures and errors as the harness.
 */
class WholeDataSetGoldenTest {
  private static final Tasks TASKS = Tasks.installed();

  @TestFactory
  List<DynamicTest> requestsFiguresAndErrorsEqualTheHarness() {
    return Goldens.list(
        Goldens.tasks(),
        golden ->
            DynamicTest.dynamicTest(
                golden.get("task").asText() + ", " + golden.get("num_fewshot") + "-shot",
                () -> check(golden)));
  }

  @Test
  void everyShippedTaskHasAGolden() {
    assertThat(Goldens.list(Goldens.tasks(), g -> g.get("task").asText()))
        .containsAll(
            TASKS.select(List.of("blimp", "arc_easy", "winogrande")).stream()
                .map(EvalTask::name)
                .toList())
        .hasSize(71);
  }

  private static void check(JsonNode golden) throws Exception {
    EvalTask task = TASKS.select(List.of(golden.get("task").asText())).getFirst();
    int shots = golden.get("num_fewshot").asInt();
    EvalTask.Prepared prepared = task.prepare(TaskSettings.defaults().withFewShot(shots));
    List<EvalRequest> requests =
        prepared.documents().stream().flatMap(d -> d.requests().stream()).toList();
    assertThat(prepared.documents()).hasSize(golden.get("docs").asInt());
    assertThat(requests).hasSize(golden.get("requests").asInt());
    assertThat(hash(requests)).isEqualTo(golden.get("requests_sha256").asText());

    List<List<Answer>> answers = new ArrayList<>();
    try (Crc32Model model = new Crc32Model()) {
      for (EvalTask.Document d : prepared.documents()) {
        answers.add(ask(model, d.requests()));
      }
    }
    var figures = Scoring.aggregate(Scoring.mark(task, prepared, answers), 1000);
    assertThat(figures).hasSize(golden.get("metrics").size() / 2);
    figures.forEach((metric, estimate) -> {
      JsonNode metrics = golden.get("metrics");
      double value = metrics.get(metric.name() + ",none").asDouble();
      double error = metrics.get(metric.name() + "_stderr,none").asDouble();
      assertThat(estimate.value()).isCloseTo(value, within(value * 1e-12));
      assertThat(estimate.standardError().orElseThrow()).isCloseTo(error, within(error * 1e-9));
    });
  }

  private static List<Answer> ask(EvalModel model, List<EvalRequest> requests) {
    List<Answer> answers = new ArrayList<>(Collections.nCopies(requests.size(), null));
    model.loglikelihood(
        requests.stream().map(EvalRequest.LogLikelihood.class::cast).toList(),
        (i, answer, _) -> answers.set(i, answer));
    return answers;
  }

  private static String hash(List<EvalRequest> requests) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (EvalRequest r : requests) {
      digest.update((String.join("\0", r.arguments()) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
