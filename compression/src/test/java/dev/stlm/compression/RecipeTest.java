package dev.stlm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.distil.LogitDistillation;
import dev.stlm.compression.prune.MagnitudePruning;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.compression.quantise.Bf16Cast;
import dev.stlm.compression.quantise.Int8Quantisation;
import dev.stlm.tokenizer.InvalidInputException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @Test
  void readsEveryStepAndFillsInDefaults() {
    Recipe recipe =
        Recipe.parse(
            """
            {"version": 1, "seed": 7, "steps": [
              {"type": "prune.magnitude", "sparsity": 0.4, "scope": "global", "tables": true},
              {"type": "distil", "steps": 20, "seconds": 1.5, "keepZeros": true},
              {"type": "quantise.int8"},
              {"type": "cast.bf16"}]}
            """,
            "test");
    assertThat(recipe.seed()).isEqualTo(7);
    assertThat(recipe.steps())
        .containsExactly(
            new MagnitudePruning(0.4, Scope.GLOBAL, true),
            new LogitDistillation(
                2, 0.5, 20, Optional.of(Duration.ofMillis(1500)), 16, Optional.empty(), 1e-3, true),
            new Int8Quantisation(32, true),
            new Bf16Cast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"version":1,"steps":[]}                                                    | r.json: recipe: steps is empty; name at least one step
          {"version":2,"steps":[{"type":"cast.bf16"}]}                                | r.json: version is 2; this program reads version 1
          {"version":1,"steps":[],"stepz":[]}                                                   | r.json: unknown key stepz; allowed: seed, steps, version
          {"version":1,"steps":[{"type":"prune"}]}                                    | r.json: step 1: there is no step type 'prune'; use one of cast.bf16, distil, prune.magnitude, quantise.int4, quantise.int8
          {"version":1,"steps":[{"type":"cast.bf16"},{"sparsity":1}]}                 | r.json: step 2: has no type; use one of cast.bf16, distil, prune.magnitude, quantise.int4, quantise.int8
          {"version":1,"steps":[{"type":"prune.magnitude","sparsity":0.1,"x":1}]}     | r.json: step 1: prune.magnitude: unknown key x; allowed: scope, sparsity, tables
          {"version":1,"steps":[{"type":"prune.magnitude","sparsity":2}]}             | r.json: step 1: prune.magnitude: sparsity is 2.0; allowed: a number from 0.0 to 0.99
          {"version":1,"steps":[{"type":"prune.magnitude"}]}                          | r.json: step 1: prune.magnitude: sparsity is missing; give it a value
          {"version":1,"steps":[{"type":"quantise.int8","group":-1}]}                 | r.json: step 1: quantise.int8: group is -1; allowed: a whole number from 0 to 65536
          {"version":1,"steps":[{"type":"distil","steps":1,"temperature":0}]}         | r.json: step 1: distil: temperature is 0.0; allowed: a positive finite number
          {"version":1,"steps":[7]}                                                   | r.json: step 1: is not a JSON object; write {"type": …}
          """)
  void refusesAndSaysWhatIsAllowed(String json, String message) {
    assertThatThrownBy(() -> Recipe.parse(json, "r.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void everyTypeExplainsItself() {
    assertThat(StepTypes.help())
        .containsOnlyKeys(
            "cast.bf16", "distil", "prune.magnitude", "quantise.int4", "quantise.int8")
        .allSatisfy((_, line) -> assertThat(line).isNotBlank().doesNotContain("\n"));
  }
}
