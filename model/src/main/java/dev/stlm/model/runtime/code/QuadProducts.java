package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.QuadPanels.COLUMNS;
import static dev.stlm.model.runtime.code.QuadPanels.INPUTS;

import java.util.Objects;

/**
 * Products with integers of 8 or 4 bits in machine code, for processors that add four products of
 * bytes at a time in each lane of a vector of 512 bits (AVX-512 VNNI); the Vector API has no such
 * operation.
 *
 * <p>Four inputs in a row are a <i>quad</i>; one factor of the products of bytes has no sign, hence
 * weights are stored too large by as much as makes them positive ({@link QuadWeights}). A row of
 * inputs is quantised, in place, to bytes with a sign; it has a scale for each block, and an
 * offset: what the sum of the block is too large by. Sums within a block are exact; over blocks
 * they add up in ascending order with one fused multiply-add each, so that the bits are those of
 * other kernels.
 *
 * <p>Thread-safe.
 */
public final class QuadProducts {
  /** Rows of the largest tile, which has two vectors of columns; tiles of fewer rows have four. */
  private static final int ROWS = 4;

  private static final int QUAD = 4;

  private final NativeCalls calls;
  private final QuadWeights form;
  private final long quantising;

  /** By the rows of a tile, then whether it is one vector wide. */
  private final long[][] products = new long[ROWS + 1][2];

  QuadProducts(NativeCalls calls, QuadWeights form) {
    this.calls = calls;
    this.form = form;
    quantising = calls.place(QuantiseProgram.of(form));
    for (int rows = 1; rows <= ROWS; rows *= 2) {
      products[rows][0] = calls.place(QuadProgram.of(rows, vectors(rows), form));
      products[rows][1] = calls.place(QuadProgram.of(rows, 1, form));
    }
  }

  private static int vectors(int rows) {
    return rows == ROWS ? 2 : 4;
  }

  /**
   * Quantises rows of inputs, each block by itself, to whole numbers in [-127, 127].
   *
   * @param x {@code [rows, stride]}, of each row {@code blocks · block} numbers; the first quarter
   *     of their place takes the bytes
   * @param block a multiple of {@link QuadPanels#INPUTS}
   * @param scales {@code [rows, blocks, 2]}: takes the scale and the offset of each block
   */
  public void quantise(
      int rows,
      float[] x,
      int at,
      int stride,
      int block,
      int blocks,
      float[] scales,
      int scalesAt) {
    int inputs = Math.multiplyExact(block, blocks);
    if (rows < 1 || block < INPUTS || block % INPUTS != 0 || blocks < 1 || stride < inputs) {
      throw new IllegalArgumentException(
          rows + " rows of " + stride + ", " + blocks + " blocks of " + block);
    }
    Objects.checkFromIndexSize(at, Math.multiplyExact(rows - 1, stride) + inputs, x.length);
    Objects.checkFromIndexSize(scalesAt, Math.multiplyExact(rows, 2 * blocks), scales.length);
    calls.call(
        quantising,
        x,
        at,
        scales,
        scalesAt,
        x,
        at,
        blocks,
        block / INPUTS,
        0,
        rows,
        (long) Float.BYTES * stride,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  /**
   * {@code C[i][j] = Σ_t S_t[i][j] · (aScale[i][t] · bScale[t][j])}, S_t the sum of products of A
   * and some panels over block t.
   *
   * @param panels of this form, whose memory is open and held by the caller until this returns
   * @param first the first of those that are multiplied
   * @param count how many
   * @param m rows of A and C
   * @param a quantised rows, {@code aStride} floats from one to the next
   * @param aScale {@code [m, blocks, 2]}: scale, offset
   * @param c {@code [m, cStride]}
   */
  public void multiply(
      QuadPanels panels,
      int first,
      int count,
      int m,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      float[] c,
      int cAt,
      int cStride) {
    int rowFloats = panels.block() * panels.blocks() / QUAD;
    int columns = Math.multiplyExact(count, panels.columns());
    Objects.checkFromIndexSize(first, count, panels.count());
    if (panels.form() != form || count < 1 || m < 1 || aStride < rowFloats || cStride < columns) {
      throw new IllegalArgumentException(
          m + " rows of " + aStride + " floats for " + panels + ", to rows of " + cStride);
    }
    Objects.checkFromIndexSize(aAt, Math.multiplyExact(m - 1, aStride) + rowFloats, a.length);
    Objects.checkFromIndexSize(aScaleAt, Math.multiplyExact(m, 2 * panels.blocks()), aScale.length);
    Objects.checkFromIndexSize(cAt, Math.multiplyExact(m - 1, cStride) + columns, c.length);
    int row = 0;
    for (int rows = ROWS; rows > 0; rows /= 2) {
      int tiles = (m - row) / rows;
      if (tiles > 0) {
        byColumns(
            panels,
            first,
            count,
            rows,
            tiles,
            a,
            aAt + row * aStride,
            aStride,
            aScale,
            aScaleAt + row * 2 * panels.blocks(),
            c,
            cAt + row * cStride,
            cStride);
      }
      row += tiles * rows;
    }
  }

  /** First tiles that are several vectors wide, then those of one vector that are left. */
  private void byColumns(
      QuadPanels panels,
      int first,
      int count,
      int rows,
      int rowTiles,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      float[] c,
      int cAt,
      int cStride) {
    int wide = COLUMNS * vectors(rows);
    int from = 0;
    for (int narrow = 0; narrow < 2; narrow++) {
      int width = narrow == 0 ? wide : COLUMNS;
      int columnTiles = (panels.columns() - from) / width;
      if (columnTiles > 0) {
        long done = (long) columnTiles * width * Float.BYTES;
        calls.call(
            products[rows][narrow],
            a,
            aAt,
            aScale,
            aScaleAt,
            c,
            cAt + from,
            panels.weights().address() + first * panels.weightBytes() + (long) Integer.BYTES * from,
            panels.scales().address() + first * panels.scaleBytes() + (long) Float.BYTES * from,
            (long) Integer.BYTES * panels.columns(),
            rowTiles,
            columnTiles,
            panels.blocks(),
            panels.block() / form.inputs(),
            (long) Float.BYTES * aStride,
            2L * Float.BYTES * panels.blocks(),
            (long) Float.BYTES * cStride,
            count,
            panels.weightBytes() - done,
            panels.scaleBytes() - done,
            (long) Float.BYTES * panels.columns() - done);
      }
      from += columnTiles * width;
    }
  }
}
