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
final class HalfProgram {
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14};
  private static final Memory OUTPUT_STRIDE = argument(0);
  private static final Memory ROW_TILES = argument(1);
  private static final Memory HALF_TILES_LEFT = argument(2);
  private static final byte FLOATS_BYTES = 64;
  private static final byte HALVES_BYTES = 32;
  private static final int UPPER_HALF = 16;

  private final Assembler asm = new Assembler();
  private final int rows;
  private final int halfRows;
  private final HalfEncoding encoding;

  private HalfProgram(int rows, int halfRows, HalfEncoding encoding) {
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
    if (rows < 1 || rows > 4 || rows == 3 || halfRows < 1 || halfRows > 4 || halfRows == 3) {
      throw new IllegalArgumentException(rows + " rows, " + halfRows + " rows of 16-bit floats");
    }
    return new HalfProgram(rows, halfRows, encoding).write();
  }

  private static Memory argument(int i) {
    return Memory.at(RSP, 8 * SAVED.length + 8 + 8 * i);
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

  /** The same place in each row of a tile: 0, 1, 2 and 3 strides on. */
  private static Memory inRow(int row, int base, int stride, int strides3) {
    return switch (row) {
      case 0 -> Memory.at(base, 0);
      case 3 -> Memory.at(base, strides3, 1, 0);
      default -> Memory.at(base, stride, row, 0);
    };
  }

  private byte[] write() {
    for (int register : SAVED) {
      asm.push(register);
    }
    asm.address(R12, Memory.at(R8, R8, 2, 0));
    asm.address(R13, Memory.at(R9, R9, 2, 0));
    Label halves = asm.here();
    asm.move(RBP, RDI);
    asm.move(R11, RDX);
    asm.load(R14, ROW_TILES);
    Label tile = asm.here();
    tile();
    asm.address(RBP, Memory.at(RBP, R8, rows, 0));
    asm.decrement(R14);
    asm.jumpIfNotZero(tile);
    asm.address(RSI, Memory.at(RSI, R9, halfRows, 0));
    asm.add(RDX, (byte) (halfRows * Float.BYTES));
    asm.decrement(HALF_TILES_LEFT);
    asm.jumpIfNotZero(halves);
    asm.forgetUpperHalves();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      asm.pop(SAVED[i]);
    }
    asm.giveBack();
    return asm.code();
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
      Memory from = inRow(j, RAX, R9, R13);
      switch (encoding) {
        case BF16 -> {
          asm.loadHalves(widened(j), from);
          asm.shiftAllLeft(widened(j), UPPER_HALF);
        }
        case F16 -> asm.loadWidened(widened(j), from);
      }
    }
    for (int i = 0; i < rows; i++) {
      asm.loadVector(working(), inRow(i, RBX, R8, R12));
      for (int j = 0; j < halfRows; j++) {
        asm.multiplyAdd(sum(i, j), widened(j), working());
      }
    }
    asm.add(RAX, HALVES_BYTES);
    asm.add(RBX, FLOATS_BYTES);
    asm.decrement(R10);
    asm.jumpIfNotZero(sixteen);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < halfRows; j++) {
        asm.sumFloatLanes(sum(i, j), working());
        asm.storeLowest(Memory.at(R11, j * Float.BYTES), sum(i, j));
      }
      asm.add(R11, OUTPUT_STRIDE);
    }
  }
}
