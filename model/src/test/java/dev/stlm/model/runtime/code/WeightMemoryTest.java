package dev.stlm.model.runtime.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is taken from the system is aligned, and given back once. */
class WeightMemoryTest {
  private static final long LARGE_PAGE = 1 << 21;

  @Test
  void allMemoryIsGivenBackOnce() {
    OperatingSystem source = new OperatingSystem(false);
    WeightMemory memory = new WeightMemory(source);
    for (long size : new long[] {1, 64, 100, 3 << 20, 5, 1 << 22, 7 << 20}) {
      assertThat(memory.take(size).byteSize()).isEqualTo(size);
      assertThat(memory.take(size).address() % 64).isZero();
    }
    assertThat(source.given).hasSizeBetween(2, 5);
    assertThat(source.back).isEmpty();
    memory.close();
    memory.close();
    assertThat(source.back).isEqualTo(source.given);
  }

  @Test
  void chunksBeginAtALargePage() {
    OperatingSystem source = new OperatingSystem(false);
    try (WeightMemory memory = new WeightMemory(source)) {
      assertThat(memory.take(3 * LARGE_PAGE).address() % LARGE_PAGE).isZero();
    }
  }

  @Test
  void aSystemWithoutMemorySaysSo() {
    WeightMemory memory = new WeightMemory(new OperatingSystem(true));
    assertThatThrownBy(() -> memory.take(100))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("bytes for weights");
    memory.close();
  }

  /** Memory that is never read or written. */
  private static final class OperatingSystem implements NativeCalls {
    final List<String> given = new ArrayList<>();
    final List<String> back = new ArrayList<>();
    private final boolean empty;

    OperatingSystem(boolean empty) {
      this.empty = empty;
    }

    @Override
    public long reserve(long bytes) {
      long address = empty ? 0 : Arena.ofAuto().allocate(1).address() / 4096 * 4096;
      given.add(address + " " + bytes);
      return address;
    }

    @Override
    public void release(long address, long bytes) {
      back.add(address + " " + bytes);
    }

    @Override
    public long place(byte[] code) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void call(
        long code,
        float[] a,
        int aAt,
        float[] b,
        int bAt,
        float[] c,
        int cAt,
        long n0,
        long n1,
        long n2,
        long n3,
        long n4,
        long n5,
        long n6,
        long n7,
        long n8,
        long n9,
        long n10,
        long n11,
        long n12,
        long n13) {
      throw new UnsupportedOperationException();
    }
  }
}
