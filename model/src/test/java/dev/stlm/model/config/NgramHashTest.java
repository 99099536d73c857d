package dev.stlm.model.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NgramHashTest {
  private static final int[] IDS = {0, 104, 101, 32, 119, 255, 256, 259};

  /**
   * Golden rows from Python's unbounded integers: h = 0; for i in range(n): h = (h * 257 +
   * (ids[p-i] if p >= i else -1) + 1) % (2**31 - 1); row = (h * 0x9E3779B1 % 2**32) % rows.
   */
  @Example
  void rowsAreThoseOfTheFormula() {
    assertThat(rows(2, 16384))
        .containsExactly(10929, 15434, 11295, 15703, 13001, 15352, 3249, 1653);
    assertThat(rows(3, 16384)).containsExactly(7089, 1610, 1232, 15856, 14415, 9161, 2217, 11381);
    assertThat(rows(4, 16384)).containsExactly(3249, 4170, 5328, 10145, 12520, 7345, 5340, 8143);
    assertThat(rows(16, 16384)).containsExactly(610, 16273, 12813, 5393, 12537, 10494, 5154, 2951);
    assertThat(rows(4, 7)).containsExactly(4, 5, 2, 1, 5, 4, 6, 1);
  }

  @Property
  void rowDependsOnTheLastIdsOnlyAndLiesInTheTable(
      @ForAll @Size(min = 1, max = 40) int[] any,
      @ForAll @IntRange(min = 2, max = 16) int order,
      @ForAll @IntRange(min = 1, max = 1 << 24) int rows) {
    int[] ids = Arrays.stream(any).map(id -> id & 0xFF).toArray();
    int last = ids.length - 1;
    int row = NgramHash.row(ids, last, order, rows);
    assertThat(row).isBetween(0, rows - 1);
    int[] other = ids.clone();
    Arrays.fill(other, 0, Math.max(0, ids.length - order), 7);
    assertThat(NgramHash.row(other, last, order, rows)).isEqualTo(row);
    assertThat(NgramHash.row(Arrays.copyOf(ids, 60), last, order, rows))
        .as("what follows does not matter")
        .isEqualTo(row);
  }

  private static int[] rows(int order, int rows) {
    return IntStream.range(0, IDS.length).map(i -> NgramHash.row(IDS, i, order, rows)).toArray();
  }
}
