package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ByteTransposeTest {
  @Property(tries = 200)
  void everyByteArrivesAndNothingElseChanges(
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 70) int columns,
      @ForAll @IntRange(max = 9) int gap) {
    byte[] from = new byte[rows * columns];
    Random random = new Random(31L * rows + columns);
    random.nextBytes(from);
    int[] order = random.ints(rows, 0, rows).toArray();
    int stride = rows + gap;
    byte[] to = new byte[columns * stride];
    byte[] expected = new byte[to.length];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < columns; k++) {
        expected[k * stride + r] = from[order[r] * columns + k];
      }
    }
    ByteTranspose.transpose(from, order, columns, to, stride);
    assertThat(to).isEqualTo(expected);
  }
}
