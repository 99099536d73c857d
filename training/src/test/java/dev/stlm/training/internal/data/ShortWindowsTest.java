package dev.stlm.training.internal.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.internal.torch.Batch;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShortWindowsTest {
  private static final int WHOLE = 16;
  private static final int END = 999;

  @Property(tries = 200)
  void partsAreTheirWindowsInOrderEachATextOfItsOwn(
      @ForAll @IntRange(min = 0, max = 4) int halvings,
      @ForAll @IntRange(min = 0, max = 500) int at,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll @IntRange(min = 1, max = 9) int sequences,
      @ForAll long seed) {
    int length = WHOLE >> halvings;
    Windows windows = new Windows(WindowsTest.numbers(900), WHOLE, END, seed);
    long start = ShortWindows.start(at, length);
    assertThat(start).isBetween((long) at, (long) at + length - 1);
    Batch batch = new ShortWindows(windows, WHOLE, END).batch(start, groups, sequences, length);
    assertThat(batch.inputs()).hasSize(groups * sequences * length);
    for (int i = 0; i < groups * sequences; i++) {
      long id = start + (long) i * length;
      long text = windows.start(id / WHOLE) + id % WHOLE;
      int[] targets = Arrays.copyOfRange(batch.targets(), i * length, (i + 1) * length);
      for (int t = 0; t < length; t++) {
        assertThat(targets[t]).isEqualTo((int) (text + t) % 251);
      }
      int[] inputs = Arrays.copyOfRange(batch.inputs(), i * length, (i + 1) * length);
      assertThat(inputs[0]).isEqualTo(END);
      assertThat(Arrays.copyOfRange(inputs, 1, length))
          .isEqualTo(Arrays.copyOf(targets, length - 1));
    }
  }
}
