package dev.stlm.training.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsTest {
  @Property(tries = 200)
  void aPermutationIsABijection(
      @ForAll @IntRange(min = 1, max = 3000) int size, @ForAll long seed) {
    Permutation order = new Permutation(size, seed);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < size; i++) {
      long at = order.at(i);
      assertThat(at).isBetween(0L, size - 1L);
      seen.add(at);
    }
    assertThat(seen).hasSize(size);
  }

  @Property(tries = 200)
  void anEpochReadsEveryWindowOnceInsideTheText(
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 0, max = 2000) int more,
      @ForAll long seed) {
    int size = length + more;
    Windows windows = new Windows(numbers(size), length, 256, seed);
    for (long epoch = 0; epoch < 3; epoch++) {
      Set<Long> starts = new HashSet<>();
      for (long i = 0; i < windows.perEpoch(); i++) {
        long start = windows.start(epoch * windows.perEpoch() + i);
        assertThat(start).isBetween(0L, (long) size - length);
        starts.add(start);
      }
      assertThat(starts).hasSize((int) windows.perEpoch());
      long phase = starts.iterator().next() % length;
      assertThat(starts).allMatch(s -> s % length == phase);
    }
  }

  @Test
  void theSameCounterGivesTheSameWindowWhateverWasAskedBefore() {
    Windows one = new Windows(numbers(1000), 10, 256, 7);
    Windows other = new Windows(numbers(1000), 10, 256, 7);
    long[] asked = {0, 500, 3, 98, 99, 100, 12345};
    for (long w : asked) {
      one.start(w);
    }
    assertThat(one.start(250)).isEqualTo(other.start(250));
    assertThat(new Windows(numbers(1000), 10, 256, 8).start(250)).isNotEqualTo(other.start(250));
  }

  @Test
  void allBytesOfATextAreReadOverEpochs() {
    Windows windows = new Windows(numbers(1000), 30, 256, 1);
    boolean[] read = new boolean[1000];
    for (long i = 0; i < 100 * windows.perEpoch(); i++) {
      java.util.Arrays.fill(read, (int) windows.start(i), (int) windows.start(i) + 30, true);
    }
    for (boolean b : read) {
      assertThat(b).isTrue();
    }
  }

  @Test
  void everyWindowStartsWithEndOfTextAndTargetsAreTheText(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("text");
    Files.writeString(file, "hello");
    IdSource ids = IdSource.of(TextFile.open(file), new ByteTokenizer());
    int[] inputs = new int[5];
    int[] targets = new int[5];
    WindowFill.fill(ids, 0, 5, 5, 256, inputs, targets, 0);
    assertThat(targets).containsExactly('h', 'e', 'l', 'l', 'o');
    assertThat(inputs).containsExactly(256, 'h', 'e', 'l', 'l');
  }

  @Test
  void aMissingOrEmptyTextIsRefusedInOneLine(@TempDir Path dir) throws IOException {
    Path empty = Files.createFile(dir.resolve("empty"));
    for (Path bad : new Path[] {empty, dir.resolve("missing"), dir}) {
      assertThatThrownBy(() -> TextFile.open(bad))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(bad.toString())
          .hasMessageNotContaining("\n");
    }
  }

  /** Id i is i modulo 251. */
  static IdSource numbers(int size) {
    return new IdSource() {
      @Override
      public long length() {
        return size;
      }

      @Override
      public double bytesPerId() {
        return 1;
      }

      @Override
      public void read(long from, int[] into, int at, int count) {
        for (int i = 0; i < count; i++) {
          into[at + i] = (int) ((from + i) % 251);
        }
      }
    };
  }
}
