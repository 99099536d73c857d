package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R10;
import static dev.stlm.model.runtime.code.Assembler.R11;
import static dev.stlm.model.runtime.code.Assembler.R12;
import static dev.stlm.model.runtime.code.Assembler.R13;
import static dev.stlm.model.runtime.code.Assembler.R14;
import static dev.stlm.model.runtime.code.Assembler.R8;
import static dev.stlm.model.runtime.code.Assembler.R9;
import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RBP;
import static dev.stlm.model.runtime.code.Assembler.RBX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RDI;
import static dev.stlm.model.runtime.code.Assembler.RDX;
import static dev.stlm.model.runtime.code.Assembler.RSI;

import dev.stlm.model.runtime.code.Assembler.Label;
import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * C = A · B, or C += A · B, in 32-bit floats: each sum is one chain of fused multiply-adds in
 * ascending order of the columns of A.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: A, B, C; then the columns of A, the
 * bytes from one row to the next of B, of A, of C, and the number of tiles of rows and of columns;
 * the number of products, and the bytes on to the next one from the start of A, and from the end of
 * the columns of B and C.
 *
 * <pre>
 * for each product, for each tile of columns
 *   for each tile of rows
 *     sums = 0, or C
 *     for each column of A: sums += its elements · the row of B
 *     C = sums
 * </pre>
 */
final class FloatProgram extends TileProgram {
  private static final byte WORD = 4;

  private final Memory outputStride = argument(0);
  private final Memory rowTiles = argument(1);
  private final Memory columnTiles = argument(2);
  private final Memory productsLeft = argument(3);
  private final Memory aOn = argument(4);
  private final Memory bOn = argument(5);
  private final Memory cOn = argument(6);
  private final int rows;
  private final int vectors;
  private final boolean accumulate;

  private FloatProgram(int rows, int vectors, boolean accumulate) {
    super(0, RBX, RBP, R12, R13, R14);
    this.rows = rows;
    this.vectors = vectors;
    this.accumulate = accumulate;
  }

  /**
   * The code for tiles of some size.
   *
   * @param rows of a tile: 1, 2 or 4
   * @param vectors of 16 columns of a tile, at most 4
   */
  static byte[] of(int rows, int vectors, boolean accumulate) {
    checkRows(rows);
    if (vectors < 1 || vectors > 4) {
      throw new IllegalArgumentException(vectors + " vectors");
    }
    return new FloatProgram(rows, vectors, accumulate).write();
  }

  private int sum(int row, int vector) {
    return row * vectors + vector;
  }

  private int column(int vector) {
    return rows * vectors + vector;
  }

  private int working() {
    return rows * vectors + vectors;
  }

  private Memory input(int row) {
    return inRow(row, RBX, R9, R13, 0);
  }

  private byte[] write() {
    triple(R13, R9);
    Label product = asm.here();
    asm.load(R14, columnTiles);
    Label columns = asm.here();
    asm.move(RBP, RDI);
    asm.move(R11, RDX);
    asm.load(R12, rowTiles);
    Label tile = asm.here();
    tile();
    asm.address(RBP, Memory.at(RBP, R9, rows, 0));
    asm.decrement(R12);
    asm.jumpIfNotZero(tile);
    for (int i = 0; i < vectors; i++) {
      asm.address(RSI, Memory.at(RSI, VECTOR));
      asm.address(RDX, Memory.at(RDX, VECTOR));
    }
    asm.decrement(R14);
    asm.jumpIfNotZero(columns);
    asm.add(RDI, aOn);
    asm.add(RSI, bOn);
    asm.add(RDX, cOn);
    asm.decrement(productsLeft);
    asm.jumpIfNotZero(product);
    return end();
  }

  private void tile() {
    asm.move(RAX, R11);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        if (accumulate) {
          asm.loadVector(sum(r, v), Memory.at(RAX, v * VECTOR));
        } else {
          asm.zero(sum(r, v));
        }
      }
      asm.add(RAX, outputStride);
    }
    asm.move(RBX, RBP);
    asm.move(RAX, RSI);
    asm.move(R10, RCX);
    Label step = asm.here();
    for (int v = 0; v < vectors; v++) {
      asm.loadVector(column(v), Memory.at(RAX, v * VECTOR));
    }
    for (int r = 0; r < rows; r++) {
      asm.broadcast(working(), input(r));
      for (int v = 0; v < vectors; v++) {
        asm.multiplyAdd(sum(r, v), column(v), working());
      }
    }
    asm.add(RAX, R8);
    asm.add(RBX, WORD);
    asm.decrement(R10);
    asm.jumpIfNotZero(step);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        asm.storeVector(Memory.at(R11, v * VECTOR), sum(r, v));
      }
      asm.add(R11, outputStride);
    }
  }
}
