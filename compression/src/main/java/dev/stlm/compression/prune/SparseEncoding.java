package dev.stlm.compression.prune;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats with many zeros as a mask and the rest. */
public final class SparseEncoding {
  private SparseEncoding() {}

  /** The dense or the sparse form of {@code [rows · columns]} values, whichever is smaller. */
  public static Tensor smaller(int rows, int columns, float[] values) {
    int stored = 0;
    for (float f : values) {
      if (f != 0) {
        stored++;
      }
    }
    long maskBytes = (values.length + 7L) / 8;
    long sparseBytes = maskBytes + (long) stored * Float.BYTES;
    if (sparseBytes >= (long) values.length * Float.BYTES) {
      return Tensor.F32.of(rows, columns, values);
    }
    byte[] mask = new byte[(int) maskBytes];
    ByteBuffer kept = ByteBuffer.allocate(stored * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        mask[i >> 3] |= (byte) (1 << (i & 7));
        kept.putFloat(values[i]);
      }
    }
    return new Tensor.Sparse(
        rows,
        columns,
        MemorySegment.ofArray(mask).asReadOnly(),
        MemorySegment.ofArray(kept.array()).asReadOnly());
  }
}
