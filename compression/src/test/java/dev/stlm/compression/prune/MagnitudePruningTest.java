package dev.stlm.compression.prune;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.SmallModels;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.compression.quantise.Int8Quantisation;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudePruningTest {
  @Property
  void zeroesWhatAStableSortByMagnitudeZeroes(
      @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = -2, max = 2) Float> values,
      @ForAll @IntRange(min = 0, max = 60) int wanted) {
    int count = Math.min(wanted, values.size());
    float[] array = floats(values);
    SmallestMagnitudes.of(List.of(array), count).zero(List.of(array));
    assertThat(array).isEqualTo(bruteForce(floats(values), count));
  }

  @Property
  void breaksTiesByPositionAcrossArrays(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = -3, max = 3) Integer> coarse,
      @ForAll @IntRange(min = 0, max = 30) int wanted,
      @ForAll @IntRange(min = 0, max = 30) int cut) {
    float[] all = new float[coarse.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = coarse.get(i);
    }
    int count = Math.min(wanted, all.length);
    int middle = Math.min(cut, all.length);
    float[] first = Arrays.copyOf(all, middle);
    float[] second = Arrays.copyOfRange(all, middle, all.length);
    SmallestMagnitudes.of(List.of(first, second), count).zero(List.of(first, second));
    float[] joined = Arrays.copyOf(first, all.length);
    System.arraycopy(second, 0, joined, middle, second.length);
    assertThat(joined).isEqualTo(bruteForce(all, count));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.29, 0.4, 0.5, 0.99})
  void everyProjectionHasExactlyTheShareOfZeros(double sparsity) {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 1);
    Checkpoint pruned =
        new MagnitudePruning(sparsity, Scope.PARAMETER, false).apply(input, SmallModels.nothing());
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      long zeros = zeros(tensor(pruned, p));
      long percent = Math.round(sparsity * 100);
      assertThat(zeros)
          .as(p.name())
          .isEqualTo(p.kind() == Kind.MATRIX ? p.size() * percent / 100 : 0);
    }
  }

  @Test
  void globalScopeTakesTheShareOverAllParametersTogether() {
    Checkpoint input = SmallModels.random(SmallModels.tied(), 2);
    Checkpoint pruned =
        new MagnitudePruning(0.5, Scope.GLOBAL, true).apply(input, SmallModels.nothing());
    long total = 0;
    long zeros = 0;
    float largestPruned = 0;
    float smallestKept = Float.MAX_VALUE;
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      if (p.kind() == Kind.GAIN) {
        assertThat(tensor(pruned, p)).isEqualTo(tensor(input, p));
        continue;
      }
      total += p.size();
      float[] before = tensor(input, p).toFloats();
      float[] after = tensor(pruned, p).toFloats();
      for (int i = 0; i < before.length; i++) {
        if (after[i] == 0) {
          zeros++;
          largestPruned = Math.max(largestPruned, Math.abs(before[i]));
        } else {
          assertThat(after[i]).isEqualTo(before[i]);
          smallestKept = Math.min(smallestKept, Math.abs(before[i]));
        }
      }
    }
    assertThat(zeros).isEqualTo(total / 2);
    assertThat(largestPruned).isLessThanOrEqualTo(smallestKept);
  }

  @Test
  void zerosThatWereThereCountFirst() {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 3);
    MagnitudePruning half = new MagnitudePruning(0.5, Scope.PARAMETER, true);
    Checkpoint once = half.apply(input, SmallModels.nothing());
    Checkpoint twice = half.apply(once, SmallModels.nothing());
    assertThat(twice.nonZeroCount()).isEqualTo(once.nonZeroCount());
  }

  @Test
  void storesSparseOnlyWhereThatIsSmaller() {
    Checkpoint input = SmallModels.random(SmallModels.untied(), 4);
    Checkpoint little =
        new MagnitudePruning(0.01, Scope.PARAMETER, false).apply(input, SmallModels.nothing());
    Checkpoint much =
        new MagnitudePruning(0.9, Scope.PARAMETER, false).apply(input, SmallModels.nothing());
    String name = "layers.0.ffn.input";
    assertThat(little.tensors().get(name)).isInstanceOf(Tensor.F32.class);
    assertThat(much.tensors().get(name)).isInstanceOf(Tensor.Sparse.class);
    assertThat(much.byteSize()).isLessThan(input.byteSize() / 2);
  }

  @Test
  void aTiedHeadIsPrunedOnceWithTheEmbedding() {
    Checkpoint input = SmallModels.random(SmallModels.tied(), 5);
    Checkpoint pruned =
        new MagnitudePruning(0.25, Scope.PARAMETER, true).apply(input, SmallModels.nothing());
    assertThat(pruned.tensors()).doesNotContainKey("head");
    assertThat(zeros(requireNonNull(pruned.tensors().get("embed")))).isEqualTo(260 * 16 / 4);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void leavesItsInputAlone(Scope scope) {
    Checkpoint input = SmallModels.random(SmallModels.tied(), 6);
    long before = input.nonZeroCount();
    new MagnitudePruning(0.9, scope, true).apply(input, SmallModels.nothing());
    assertThat(input.nonZeroCount()).isEqualTo(before);
  }

  @Test
  void refusesAQuantisedModel() {
    Checkpoint int8 =
        new Int8Quantisation(8, true)
            .apply(SmallModels.random(SmallModels.tied(), 7), SmallModels.nothing());
    assertThatThrownBy(
            () -> new MagnitudePruning(0.5, Scope.GLOBAL, true).apply(int8, SmallModels.nothing()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("prune.magnitude: parameter embed is of integers; prune before quantising");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 0.991, 1, Double.NaN})
  void refusesASparsityOutOfRange(double sparsity) {
    assertThatThrownBy(() -> new MagnitudePruning(sparsity, Scope.GLOBAL, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "prune.magnitude: sparsity is " + sparsity + "; allowed: a number from 0.0 to 0.99");
  }

  private static float[] bruteForce(float[] values, int count) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      order.add(i);
    }
    // a stable sort: equal magnitudes keep their order
    order.sort(Comparator.comparingDouble(i -> Math.abs((double) values[i])));
    order.subList(0, count).forEach(i -> values[i] = 0);
    return values;
  }

  private static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  private static Tensor tensor(Checkpoint checkpoint, Parameter p) {
    return requireNonNull(checkpoint.tensors().get(p.name()));
  }

  private static long zeros(Tensor tensor) {
    long zeros = 0;
    for (float f : tensor.toFloats()) {
      if (f == 0) {
        zeros++;
      }
    }
    return zeros;
  }
}
