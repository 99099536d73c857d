package dev.stlm.compression.quantise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.SmallModels;
import dev.stlm.compression.prune.MagnitudePruning;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int4QuantisationTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 12;
  private static final int GROUP = 4;

  @Property
  void everyWeightIsWithinHalfAScaleUnlessItIsOppositeToTheLargest(
      @ForAll("weights") float[] weights) {
    float[] decoded = Int4Encoding.of(ROWS, COLUMNS, GROUP, weights).toFloats();
    for (int start = 0; start < weights.length; start += GROUP) {
      double largest = 0;
      for (int i = start; i < start + GROUP; i++) {
        largest = Math.abs(weights[i]) > Math.abs(largest) ? weights[i] : largest;
      }
      double step = Math.abs(largest) / 8;
      for (int i = start; i < start + GROUP; i++) {
        boolean opposite = weights[i] * largest < 0 && Math.abs(weights[i]) > 7.5 * step;
        assertThat(Math.abs((double) weights[i] - decoded[i]))
            .isLessThanOrEqualTo((opposite ? step : step / 2) * (1 + 1e-5) + 1e-37);
      }
    }
  }

  @Provide
  Arbitrary<float[]> weights() {
    Arbitrary<Float> ordinary = Arbitraries.floats().between(-3, 3);
    Arbitrary<Float> extreme = Arbitraries.of(0f, -0f, Float.MIN_VALUE, 1e-30f, -1e30f);
    return Arbitraries.oneOf(ordinary, ordinary, extreme)
        .array(float[].class)
        .ofSize(ROWS * COLUMNS);
  }

  @Test
  void theLargestOfAGroupIsKeptAndTheOrderToo() {
    float[] weights = {8, -7, 1, 0, 0.5f, -0.25f, -2, 0};
    float[] decoded = Int4Encoding.of(1, 8, 4, weights).toFloats();
    for (int i = 0; i < weights.length; i++) {
      assertThat(decoded[i] == weights[i]).as("weight %s", i).isTrue(); // −0 is 0
    }
  }

  @Test
  void quantisesProjectionsAndTablesAndComesBackFromTheDisk(@TempDir Path temp) {
    Checkpoint input = SmallModels.random(SmallModels.tied(), 1);
    Checkpoint output = new Int4Quantisation(8, true).apply(input, SmallModels.nothing());
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      Tensor tensor = requireNonNull(output.tensors().get(p.name()));
      if (p.kind() == Kind.GAIN) {
        assertThat(tensor).isEqualTo(input.tensors().get(p.name()));
      } else {
        assertThat(tensor)
            .isInstanceOfSatisfying(Tensor.Int4.class, t -> assertThat(t.group()).isEqualTo(8));
      }
    }
    assertThat(output.byteSize()).isLessThan(input.byteSize() * 4 / 10);
    CheckpointDirectory.write(output, temp.resolve("int4"));
    Checkpoint read = CheckpointDirectory.open(temp.resolve("int4"));
    assertThat(CheckpointHash.of(read)).isEqualTo(CheckpointHash.of(output));
    output
        .tensors()
        .forEach((name, tensor) ->
            assertThat(read.tensor(name).toFloats()).isEqualTo(tensor.toFloats()));
  }

  @Test
  void prunedWeightsStayZero() {
    Checkpoint pruned =
        new MagnitudePruning(0.6, Scope.PARAMETER, true)
            .apply(SmallModels.random(SmallModels.tied(), 2), SmallModels.nothing());
    float[] before = pruned.tensor("layers.0.ffn.input").toFloats();
    float[] after =
        new Int4Quantisation(8, true)
            .apply(pruned, SmallModels.nothing())
            .tensor("layers.0.ffn.input")
            .toFloats();
    for (int i = 0; i < before.length; i++) {
      if (before[i] == 0) {
        assertThat(after[i]).isZero();
      }
    }
  }

  @Test
  void refusesWhatItCanNotStore() {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 3);
    assertThatThrownBy(() -> new Int4Quantisation(32, true).apply(input, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("embed has 16 columns, which groups of 32 do not divide");
    assertThatThrownBy(() -> new Int4Quantisation(7, true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("group is 7");
    Checkpoint once = new Int4Quantisation(8, true).apply(input, SmallModels.nothing());
    assertThatThrownBy(() -> new Int8Quantisation(8, true).apply(once, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("int4 already");
  }
}
