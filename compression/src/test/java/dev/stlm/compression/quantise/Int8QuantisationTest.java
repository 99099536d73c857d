package dev.stlm.compression.quantise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.SmallModels;
import dev.stlm.compression.prune.MagnitudePruning;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Int8QuantisationTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 12;
  private static final int GROUP = 4;

  @Property
  void everyWeightIsWithinHalfAScale(@ForAll("weights") float[] weights) {
    Tensor.Int8 int8 = Int8Encoding.of(ROWS, COLUMNS, GROUP, weights);
    for (int i = 0; i < weights.length; i++) {
      double scale = scale(int8, i);
      double error =
          Math.abs((double) weights[i] - int8.values().get(ValueLayout.JAVA_BYTE, i) * scale);
      // the scale itself is rounded to a float: 127 steps of it may miss the largest by a few ulp
      assertThat(error).isLessThanOrEqualTo(scale / 2 * (1 + 1e-4));
    }
  }

  @Property
  void theLargestOfAGroupTakesTheWholeRange(@ForAll("weights") float[] weights) {
    Tensor.Int8 int8 = Int8Encoding.of(ROWS, COLUMNS, GROUP, weights);
    for (int start = 0; start < weights.length; start += GROUP) {
      int largest = 0;
      float absmax = 0;
      for (int i = start; i < start + GROUP; i++) {
        largest = Math.max(largest, Math.abs(int8.values().get(ValueLayout.JAVA_BYTE, i)));
        absmax = Math.max(absmax, Math.abs(weights[i]));
      }
      if (absmax == 0) {
        assertThat(scale(int8, start)).isZero();
      } else if (absmax >= 127 * Float.MIN_NORMAL) {
        assertThat(largest).isEqualTo(127);
      }
      assertThat(largest).isLessThanOrEqualTo(127);
    }
  }

  @Provide
  Arbitrary<float[]> weights() {
    Arbitrary<Float> ordinary = Arbitraries.floats().between(-3, 3);
    Arbitrary<Float> extreme =
        Arbitraries.of(
            0f, -0f, Float.MIN_VALUE, 177 * Float.MIN_VALUE, -Float.MIN_NORMAL, 1e-30f, -1e30f);
    return Arbitraries.oneOf(ordinary, ordinary, extreme)
        .array(float[].class)
        .ofSize(ROWS * COLUMNS);
  }

  @Test
  void roundsHalfToEven() {
    float[] weights = {127, 0.5f, 1.5f, -2.5f};
    Tensor.Int8 int8 = Int8Encoding.of(1, 4, 4, weights);
    assertThat(int8.values().toArray(ValueLayout.JAVA_BYTE)).containsExactly(127, 0, 2, -2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8})
  void quantisesProjectionsAndTablesAndLeavesGains(int group) {
    Checkpoint input = SmallModels.random(SmallModels.tied(), 1);
    Checkpoint output = new Int8Quantisation(group, true).apply(input, SmallModels.nothing());
    assertThat(output.tensors().keySet())
        .isEqualTo(input.tensors().keySet())
        .doesNotContain("head");
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      Tensor tensor = requireNonNull(output.tensors().get(p.name()));
      if (p.kind() == Kind.GAIN) {
        assertThat(tensor).isEqualTo(input.tensors().get(p.name()));
      } else {
        assertThat(tensor).isInstanceOf(Tensor.Int8.class);
        assertThat(((Tensor.Int8) tensor).group()).isEqualTo(group == 0 ? p.columns() : group);
      }
    }
    assertThat(output.byteSize()).isLessThan(input.byteSize() * 6 / 10);
  }

  @Test
  void tablesStayFloatsWhenAsked() {
    Checkpoint output =
        new Int8Quantisation(8, false)
            .apply(SmallModels.random(SmallModels.tied(), 1), SmallModels.nothing());
    assertThat(output.tensors().get("embed")).isInstanceOf(Tensor.F32.class);
    assertThat(output.tensors().get("ngram.2.table")).isInstanceOf(Tensor.F32.class);
    assertThat(output.tensors().get("ngram.2.projection")).isInstanceOf(Tensor.Int8.class);
  }

  @Test
  void prunedWeightsStayZero() {
    Checkpoint pruned =
        new MagnitudePruning(0.6, Scope.PARAMETER, true)
            .apply(SmallModels.random(SmallModels.tied(), 2), SmallModels.nothing());
    Checkpoint int8 = new Int8Quantisation(8, true).apply(pruned, SmallModels.nothing());
    pruned
        .tensors()
        .forEach((name, tensor) -> {
          float[] before = tensor.toFloats();
          float[] after = requireNonNull(int8.tensors().get(name)).toFloats();
          for (int i = 0; i < before.length; i++) {
            if (before[i] == 0) {
              assertThat(after[i]).isZero();
            }
          }
        });
  }

  @Test
  void refusesAGroupThatDoesNotDivideTheColumns() {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 3);
    assertThatThrownBy(() -> new Int8Quantisation(32, true).apply(input, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "quantise.int8: parameter embed has 16 columns, which groups of 32 do not divide; choose another group, or 0 for a scale a row");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refusesWeightsThatAreNotNumbers(float bad) {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 4);
    Map<String, Tensor> tensors = new LinkedHashMap<>(input.tensors());
    float[] values = requireNonNull(tensors.get("embed")).toFloats();
    values[7] = bad;
    tensors.put("embed", Tensor.F32.of(260, 16, values));
    Checkpoint broken = new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
    assertThatThrownBy(() -> new Int8Quantisation(8, true).apply(broken, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("embed")
        .hasMessageContaining(Float.toString(bad));
  }

  @Test
  void refusesToQuantiseTwice() {
    Int8Quantisation step = new Int8Quantisation(8, true);
    Checkpoint once =
        step.apply(SmallModels.random(SmallModels.untied(), 5), SmallModels.nothing());
    assertThatThrownBy(() -> step.apply(once, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("int8 already");
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 3f80",
    "-1.0, bf80",
    "1.00390625, 3f80",
    "1.01171875, 3f82",
    "3.4028235e38, 7f80",
    "Infinity, 7f80",
    "NaN, 7fc0",
    "1e-45, 0"
  })
  void bf16RoundsHalfToEven(float value, String bits) {
    assertThat(Integer.toHexString(Bf16Cast.round(value) & 0xFFFF)).isEqualTo(bits);
  }

  @Test
  void bf16KeepsWhatIsSmallerSparse() {
    Checkpoint pruned =
        new MagnitudePruning(0.9, Scope.PARAMETER, false)
            .apply(SmallModels.random(SmallModels.untied(), 6), SmallModels.nothing());
    Checkpoint cast = new Bf16Cast().apply(pruned, SmallModels.nothing());
    assertThat(cast.tensors().get("layers.0.ffn.input")).isInstanceOf(Tensor.Sparse.class);
    assertThat(cast.tensors().get("embed")).isInstanceOf(Tensor.Bf16.class);
    assertThat(cast.tensors().get("norm")).isInstanceOf(Tensor.F32.class);
  }

  private static double scale(Tensor.Int8 int8, int index) {
    return int8.scales()
        .get(
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
            (long) index / GROUP * Float.BYTES);
  }
}
