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
import static dev.stlm.model.runtime.code.Assembler.RSP;

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
final class FloatProgram {
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14};
  private static final Memory OUTPUT_STRIDE = argument(0);
  private static final Memory ROW_TILES = argument(1);
  private static final Memory COLUMN_TILES = argument(2);
  private static final Memory PRODUCTS_LEFT = argument(3);
  private static final Memory A_ON = argument(4);
  private static final Memory B_ON = argument(5);
  private static final Memory C_ON = argument(6);
  private static final byte VECTOR_BYTES = 64;
  private static final byte WORD = 4;

  private final Assembler asm = new Assembler();
  private final int rows;
  private final int vectors;
  private final boolean accumulate;

  private FloatProgram(int rows, int vectors, boolean accumulate) {
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
    if (rows < 1 || rows > 4 || rows == 3 || vectors < 1 || vectors > 4) {
      throw new IllegalArgumentException(rows + " rows, " + vectors + " vectors");
    }
    return new FloatProgram(rows, vectors, accumulate).write();
  }

  private static Memory argument(int i) {
    return Memory.at(RSP, 8 * SAVED.length + 8 + 8 * i);
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
    return switch (row) {
      case 0 -> Memory.at(RBX, 0);
      case 3 -> Memory.at(RBX, R13, 1, 0);
      default -> Memory.at(RBX, R9, row, 0);
    };
  }

  private byte[] write() {
    for (int register : SAVED) {
      asm.push(register);
    }
    asm.address(R13, Memory.at(R9, R9, 2, 0));
    Label product = asm.here();
    asm.load(R14, COLUMN_TILES);
    Label columns = asm.here();
    asm.move(RBP, RDI);
    asm.move(R11, RDX);
    asm.load(R12, ROW_TILES);
    Label tile = asm.here();
    tile();
    asm.address(RBP, Memory.at(RBP, R9, rows, 0));
    asm.decrement(R12);
    asm.jumpIfNotZero(tile);
    for (int i = 0; i < vectors; i++) {
      asm.address(RSI, Memory.at(RSI, VECTOR_BYTES));
      asm.address(RDX, Memory.at(RDX, VECTOR_BYTES));
    }
    asm.decrement(R14);
    asm.jumpIfNotZero(columns);
    asm.add(RDI, A_ON);
    asm.add(RSI, B_ON);
    asm.add(RDX, C_ON);
    asm.decrement(PRODUCTS_LEFT);
    asm.jumpIfNotZero(product);
    asm.forgetUpperHalves();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      asm.pop(SAVED[i]);
    }
    asm.giveBack();
    return asm.code();
  }

  private void tile() {
    asm.move(RAX, R11);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        if (accumulate) {
          asm.loadVector(sum(r, v), Memory.at(RAX, v * VECTOR_BYTES));
        } else {
          asm.zero(sum(r, v));
        }
      }
      asm.add(RAX, OUTPUT_STRIDE);
    }
    asm.move(RBX, RBP);
    asm.move(RAX, RSI);
    asm.move(R10, RCX);
    Label step = asm.here();
    for (int v = 0; v < vectors; v++) {
      asm.loadVector(column(v), Memory.at(RAX, v * VECTOR_BYTES));
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
        asm.storeVector(Memory.at(R11, v * VECTOR_BYTES), sum(r, v));
      }
      asm.add(R11, OUTPUT_STRIDE);
    }
  }
}
