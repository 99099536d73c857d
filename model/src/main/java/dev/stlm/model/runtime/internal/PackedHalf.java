package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.PANEL;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.runtime.code.HalfProducts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix of 16-bit floats that stays where the checkpoint has it, normally a mapped file: the
 * heap holds some widened rows at a time. Its rows may lie in several segments.
 */
final class PackedHalf extends PackedMatrix {
  /** Rows widened together: each is then read by all positions of the product. */
  static final int ROWS = 8;

  private final HalfFormat format;
  private final MemorySegment[] segments;
  private final int[] ends; // rows before the end of each segment

  private PackedHalf(int outputs, int inputs, HalfFormat format, MemorySegment[] segments) {
    super(outputs, inputs);
    this.format = format;
    this.segments = segments;
    ends = new int[segments.length];
    long bytes = 0;
    for (int i = 0; i < ends.length; i++) {
      bytes += segments[i].byteSize();
      ends[i] = (int) (bytes / (2L * inputs));
    }
  }

  static PackedHalf view(Tensor tensor, HalfFormat format) {
    List<MemorySegment> segments = new ArrayList<>();
    switch (tensor) {
      case Tensor.Rows rows -> rows.parts().forEach(part -> segments.add(part.values()));
      case Tensor.Dense dense -> segments.add(dense.values());
      default -> throw new IllegalArgumentException("not 16 bits a value: " + tensor.getClass());
    }
    return new PackedHalf(
        tensor.rows(), tensor.columns(), format, segments.toArray(MemorySegment[]::new));
  }

  /** Whether all of it is in mapped files. */
  boolean isMapped() {
    return Arrays.stream(segments).allMatch(MemorySegment::isMapped);
  }

  @Override
  int scalesPerRow() {
    return 0;
  }

  @Override
  void prepare(Kernels kernels, float[] x, int at, float[] scales, int scalesAt) {}

  @Override
  void multiply(
      Kernels kernels,
      int panel,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] scales,
      float[] c,
      int cStride,
      Scratch working) {
    float[] scratch = working.product(ROWS * inputs + Kernels.HALF_SCRATCH);
    boolean inCode = kernels.code().isPresent() && inputs % HalfProducts.LANES == 0;
    int first = panel * PANEL;
    int last = Math.min(outputs, first + PANEL);
    for (int r = first; r < last; r += ROWS) {
      int count = Math.min(ROWS, last - r);
      int to = row * cStride + r;
      if (inCode) {
        copy(r, count, scratch);
        kernels
            .code()
            .orElseThrow()
            .halves()
            .dots(
                format.encoding(),
                m,
                count,
                inputs,
                a,
                row * aStride,
                aStride,
                scratch,
                0,
                c,
                to,
                cStride);
      } else {
        int work = ROWS * inputs;
        widen(kernels, r, count, working.shorts(inputs), scratch);
        kernels.dots(
            m,
            count,
            inputs,
            a,
            row * aStride,
            aStride,
            scratch,
            0,
            inputs,
            c,
            to,
            cStride,
            scratch,
            work);
      }
    }
    for (int i = row; i < row + m; i++) {
      Arrays.fill(c, i * cStride + last, i * cStride + first + panelWidth(panel), 0f);
    }
  }

  /**
   * Widens rows of a panel. As for machine code, they are copied to the heap first: where a mapped
   * file has become shorter a copy ends with an {@link InternalError}, while the load of a vector
   * would end the JVM.
   */
  private void widen(Kernels kernels, int first, int count, short[] halves, float[] out) {
    for (int r = first; r < first + count; r++) {
      int segment = segmentOf(r);
      MemorySegment.copy(
          segments[segment], TensorRows.SHORT, placeOf(r, segment), halves, 0, inputs);
      kernels.widen(format, halves, inputs, out, (r - first) * inputs);
    }
  }

  /** Copies rows as they are, two numbers to a float. */
  private void copy(int first, int count, float[] to) {
    for (int r = first; r < first + count; ) {
      int segment = segmentOf(r);
      int here = Math.min(first + count, ends[segment]) - r;
      MemorySegment.copy(
          segments[segment],
          TensorRows.FLOAT,
          placeOf(r, segment),
          to,
          (r - first) * (inputs / 2),
          here * (inputs / 2));
      r += here;
    }
  }

  private int segmentOf(int row) {
    int segment = 0;
    while (row >= ends[segment]) {
      segment++;
    }
    return segment;
  }

  private long placeOf(int row, int segment) {
    int before = segment == 0 ? 0 : ends[segment - 1];
    return 2L * inputs * (row - before);
  }
}
