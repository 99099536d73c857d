package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedRowsTest {
  @Test
  void queriesKeysAndValuesAreApartAndSoAreGateAndUp() {
    ModelConfig config = TestModels.grouped(); // 4 query heads and 2 others of 4, SwiGLU of 24
    assertThat(rows(config, "layers.0.attention.qkv")).containsExactly(16, 8, 8);
    assertThat(rows(config, "layers.1.ffn.input")).containsExactly(24, 24);
    assertThat(rows(config, "layers.1.ffn.output")).containsExactly(16);
    assertThat(rows(TestModels.plain(), "layers.0.ffn.input")).containsExactly(32);
  }

  @Test
  void theyAddUpToTheRowsOfEveryParameterOfEveryPreset() {
    for (String name : Presets.names()) {
      ModelConfig config = Presets.named(name);
      for (Parameter p : ParameterLayout.of(config).stored()) {
        assertThat(new JoinedRows(config).of(p).stream().mapToInt(r -> r).sum())
            .as(name + " " + p.name())
            .isEqualTo(p.rows());
      }
    }
  }

  private static List<Integer> rows(ModelConfig config, String name) {
    return new JoinedRows(config).of(ParameterLayout.of(config).resolve(name));
  }
}
