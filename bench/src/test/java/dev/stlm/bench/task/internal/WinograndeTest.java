package dev.stlm.bench.task.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import dev.stlm.bench.task.ChoiceDocument;
import dev.stlm.tokenizer.InvalidInputException;
import org.junit.jupiter.api.Test;

class WinograndeTest {
  @Test
  void splitsAtTheFirstBlankAsTheHarnessDoes() {
    for (JsonNode c : Goldens.unit("winogrande_functions")) {
      JsonNode doc = c.get("doc");
      ChoiceDocument d =
          new Winogrande()
              .render(
                  new Winogrande.Row(
                      "id",
                      doc.get("sentence").asText(),
                      doc.get("option1").asText(),
                      doc.get("option2").asText(),
                      doc.get("answer").asText()));
      assertThat(d.gold()).isEqualTo(c.get("gold").asInt());
      assertThat(d.contexts()).isEqualTo(Goldens.list(c.get("choices"), JsonNode::asText));
      assertThat(d.continuations()).containsOnly(" " + c.get("target").asText());
    }
  }

  @Test
  void namesTheRowThatHasNoBlankOrNoAnswer() {
    Winogrande task = new Winogrande();
    assertThatThrownBy(() -> task.render(new Winogrande.Row("q7", "no blank", "a", "b", "1")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("q7");
    assertThatThrownBy(() -> task.render(new Winogrande.Row("q8", "a _ b", "a", "b", "3")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("q8");
  }
}
