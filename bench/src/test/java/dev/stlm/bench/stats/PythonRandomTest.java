package dev.stlm.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.bench.Goldens;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PythonRandomTest {
  @Test
  void wordsUniformsAndBoundedIntegersEqualCPython() {
    JsonNode golden = Goldens.unit("mt19937");
    golden
        .properties()
        .forEach(e -> {
          BigInteger seed = new BigInteger(e.getKey());
          PythonRandom words = new PythonRandom(seed);
          e.getValue()
              .get("words")
              .forEach(
                  w -> assertThat(Integer.toUnsignedLong(words.nextWord())).isEqualTo(w.asLong()));
          PythonRandom uniform = new PythonRandom(seed);
          e.getValue()
              .get("uniform")
              .forEach(u -> assertThat(uniform.uniform()).isEqualTo(u.asDouble()));
          PythonRandom bounded = new PythonRandom(seed);
          int[] bounds = {10, 7, 1, 1000, 2376, 40398};
          int[] expected = Goldens.ints(e.getValue().get("randbelow_10_7_1_1000_2376_40398"));
          for (int i = 0; i < bounds.length; i++) {
            assertThat(bounded.below(bounds[i])).isEqualTo(expected[i]);
          }
        });
    assertThat(golden.size()).isEqualTo(8);
  }

  @Test
  void samplesEqualCPythonOnBothSidesOfEveryThreshold() {
    for (JsonNode c : Goldens.unit("random_sample")) {
      PythonRandom random = new PythonRandom(c.get("seed").asLong());
      for (JsonNode expected : c.get("three_consecutive_samples")) {
        assertThat(random.sample(c.get("population").asInt(), c.get("k").asInt()))
            .as(c.toString())
            .isEqualTo(Goldens.ints(expected));
      }
    }
  }

  @Test
  void choicesWithReplacementEqualCPython() {
    for (JsonNode c : Goldens.unit("random_choices")) {
      PythonRandom random = new PythonRandom(c.get("seed").asLong());
      assertThat(random.choices(c.get("population").asInt(), c.get("k").asInt()))
          .isEqualTo(Goldens.ints(c.get("values")));
    }
  }

  @Test
  void refusesToDrawMoreThanThereIs() {
    PythonRandom random = new PythonRandom(1);
    assertThatThrownBy(() -> random.sample(3, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> random.below(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
