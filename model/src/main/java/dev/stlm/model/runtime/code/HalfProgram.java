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
 * Dot products of rows of floats with rows of 16-bit floats, which are widened in registers: 16
 * partial sums, element i to sum i mod 16, that are added as a tree.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: the floats, the 16-bit floats, the
 * outputs; then a 16th of the length of a row, the bytes from one row to the next of floats, of
 * 16-bit floats, of outputs, and the number of tiles of rows of floats, and of 16-bit floats.
 *
 * <pre>
 * for each tile of rows of 16-bit floats
 *   for each tile of rows of floats
 *     sums = 0
 *     for each 16 elements: sums += widened · floats
 *     outputs = the tree of each sum
 * </pre>
 */
final class HalfProgram extends TileProgram {
  private static final byte HALVES_BYTES = 32;
  private static final int UPPER_HALF = 16;

  private final Memory outputStride = argument(0);
  private final Memory rowTiles = argument(1);
  private final Memory halfTilesLeft = argument(2);
  private final int rows;
  private final int halfRows;
  private final HalfEncoding encoding;

  private HalfProgram(int rows, int halfRows, HalfEncoding encoding) {
    super(0, RBX, RBP, R12, R13, R14);
    this.rows = rows;
    this.halfRows = halfRows;
    this.encoding = encoding;
  }

  /**
   * The code for tiles of some size.
   *
   * @param rows of floats of a tile: 1, 2 or 4
   * @param halfRows of 16-bit floats of a tile: 1, 2 or 4
   */
  static byte[] of(int rows, int halfRows, HalfEncoding encoding) {
    checkRows(rows);
    checkRows(halfRows);
    return new HalfProgram(rows, halfRows, encoding).write();
  }

  private int sum(int row, int halfRow) {
    return row * halfRows + halfRow;
  }

  private int widened(int halfRow) {
    return rows * halfRows + halfRow;
  }

  private int working() {
    return rows * halfRows + halfRows;
  }

  private byte[] write() {
    triple(R12, R8);
    triple(R13, R9);
    Label halves = asm.here();
    asm.move(RBP, RDI);
    asm.move(R11, RDX);
    asm.load(R14, rowTiles);
    Label tile = asm.here();
    tile();
    asm.address(RBP, Memory.at(RBP, R8, rows, 0));
    asm.decrement(R14);
    asm.jumpIfNotZero(tile);
    asm.address(RSI, Memory.at(RSI, R9, halfRows, 0));
    asm.add(RDX, (byte) (halfRows * Float.BYTES));
    asm.decrement(halfTilesLeft);
    asm.jumpIfNotZero(halves);
    return end();
  }

  private void tile() {
    for (int i = 0; i < rows * halfRows; i++) {
      asm.zero(i);
    }
    asm.move(RAX, RSI);
    asm.move(RBX, RBP);
    asm.move(R10, RCX);
    Label sixteen = asm.here();
    for (int j = 0; j < halfRows; j++) {
      Memory from = inRow(j, RAX, R9, R13, 0);
      switch (encoding) {
        case BF16 -> {
          asm.loadHalves(widened(j), from);
          asm.shiftAllLeft(widened(j), UPPER_HALF);
        }
        case F16 -> asm.loadWidened(widened(j), from);
      }
    }
    for (int i = 0; i < rows; i++) {
      asm.loadVector(working(), inRow(i, RBX, R8, R12, 0));
      for (int j = 0; j < halfRows; j++) {
        asm.multiplyAdd(sum(i, j), widened(j), working());
      }
    }
    asm.add(RAX, HALVES_BYTES);
    asm.add(RBX, VECTOR);
    asm.decrement(R10);
    asm.jumpIfNotZero(sixteen);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < halfRows; j++) {
        asm.sumFloatLanes(sum(i, j), working());
        asm.storeLowest(Memory.at(R11, j * Float.BYTES), sum(i, j));
      }
      asm.add(R11, outputStride);
    }
  }
}
