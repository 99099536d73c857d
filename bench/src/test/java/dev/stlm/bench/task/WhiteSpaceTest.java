package dev.stlm.bench.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WhiteSpaceTest {
  @Test
  void theSetIsPythonsOverAllCodePoints() {
    int[] all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(WhiteSpace::is).toArray();
    assertThat(all).isEqualTo(Goldens.ints(Goldens.unit("white_space_code_points").get("isspace")));
    assertThat(all).isEqualTo(Goldens.ints(Goldens.unit("white_space_code_points").get("regex_s")));
  }

  @Test
  void stripEqualsPythons() {
    for (JsonNode c : Goldens.unit("strip")) {
      String s = c.get(0).asText();
      assertThat(WhiteSpace.strip(s)).isEqualTo(c.get(1).asText());
      assertThat(WhiteSpace.stripTrailing(s)).isEqualTo(c.get(2).asText());
      assertThat(WhiteSpace.stripLeading(s)).isEqualTo(c.get(3).asText());
    }
  }

  @Test
  void wordsAndBytesCountAsTheHarnessCounts() {
    for (JsonNode c : Goldens.unit("count_words_bytes")) {
      String s = c.get(0).asText();
      assertThat(WhiteSpace.words(s)).isEqualTo(c.get(1).asInt());
      assertThat(s.getBytes(StandardCharsets.UTF_8)).hasSize(c.get(2).asInt());
    }
  }
}
