package dev.stlm.bench.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import dev.stlm.bench.stats.Observation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceDocumentTest {
  @Test
  void marksTiesEmptyAndNonAsciiChoicesAsTheHarnessDoes() {
    List<Metric> metrics = List.of(Metric.ACC, Metric.ACC_NORM, Metric.ACC_BYTES);
    for (JsonNode c : Goldens.unit("multiple_choice_metrics")) {
      List<String> choices = Goldens.list(c.get("choices"), JsonNode::asText);
      JsonNode gold = c.get("gold");
      int index = gold.isTextual() ? choices.indexOf(gold.asText()) : gold.asInt();
      List<Answer> answers = new ArrayList<>();
      for (double ll : Goldens.numbers(c.get("lls"))) {
        answers.add(Answer.likelihood(ll, false));
      }
      var marks = ChoiceDocument.answers("q", choices, index).mark(metrics, answers);
      for (Metric m : metrics) {
        assertThat(marks)
            .as(c.toString())
            .containsEntry(m, Observation.of(c.get("result").get(m.name()).asDouble()));
      }
    }
  }
}
