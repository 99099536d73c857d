package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R10;
import static dev.stlm.model.runtime.code.Assembler.R11;
import static dev.stlm.model.runtime.code.Assembler.R12;
import static dev.stlm.model.runtime.code.Assembler.R13;
import static dev.stlm.model.runtime.code.Assembler.R14;
import static dev.stlm.model.runtime.code.Assembler.R15;
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
 * The product of rows of 8-bit inputs with a panel of weights of 8 or 4 bits, by the instruction
 * that adds four products of bytes in each 32-bit lane.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: the inputs, their scales and offsets,
 * the outputs; then the address of the weights, that of their scales, the bytes from one row of
 * lanes (or of scales) to the next, the number of tiles of rows, of tiles of columns, of blocks, of
 * rows of lanes in a block, and the bytes from one row to the next of inputs, of scales, of
 * outputs; the number of panels, and the bytes from the end of the columns of one to the next, of
 * weights, of scales, of outputs. See {@link QuadProducts} for what they hold.
 *
 * <pre>
 * for each panel, for each tile of columns
 *   for each tile of rows
 *     totals = 0
 *     for each block
 *       sums = offsets of the rows
 *       for each row of lanes: sums += weights · inputs
 *       totals += sums · (scale of the row · scales of the columns)
 *     outputs = totals
 * </pre>
 */
final class ProductProgram {
  // what lies on the stack: own numbers, six saved registers, the way back, arguments from the 7th
  // on
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};
  private static final byte OWN = 56;
  private static final Memory ROWS_LEFT = Memory.at(RSP, 0);
  private static final Memory BLOCKS_LEFT = Memory.at(RSP, 8);
  private static final Memory INPUTS = Memory.at(RSP, 16);
  private static final Memory INPUT_SCALES = Memory.at(RSP, 24);
  private static final Memory OUTPUTS = Memory.at(RSP, 32);
  private static final Memory FIRST_INPUTS = Memory.at(RSP, 40);
  private static final Memory COLUMNS_LEFT = Memory.at(RSP, 48);
  private static final Memory ROW_TILES = argument(0);
  private static final Memory COLUMN_TILES = argument(1);
  private static final Memory BLOCKS = argument(2);
  private static final Memory QUADS = argument(3);
  private static final Memory INPUT_STRIDE = argument(4);
  private static final Memory INPUT_SCALE_STRIDE = argument(5);
  private static final Memory OUTPUT_STRIDE = argument(6);
  private static final Memory PANELS_LEFT = argument(7);
  private static final Memory WEIGHTS_ON = argument(8);
  private static final Memory SCALES_ON = argument(9);
  private static final Memory OUTPUTS_ON = argument(10);

  private static final byte VECTOR_BYTES = 64;
  private static final byte WORD = 4;

  /** The lower half of each byte of a lane. */
  private static final int LOWER_NIBBLES = 0x0F0F0F0F;

  private static final int NIBBLE = 4;

  private final Assembler asm = new Assembler();
  private final int rows;
  private final int vectors;
  private final QuadWeights weights;

  private ProductProgram(int rows, int vectors, QuadWeights weights) {
    this.rows = rows;
    this.vectors = vectors;
    this.weights = weights;
  }

  /**
   * The code for tiles of some size.
   *
   * @param rows of a tile: 1, 2 or 4
   * @param vectors of 16 columns of a tile; rows · vectors is at most 8
   */
  static byte[] of(int rows, int vectors, QuadWeights weights) {
    if (rows < 1 || rows > 4 || rows == 3 || vectors < 1 || rows * vectors > 8) {
      throw new IllegalArgumentException(rows + " rows, " + vectors + " vectors");
    }
    return new ProductProgram(rows, vectors, weights).write();
  }

  private static Memory argument(int i) {
    return Memory.at(RSP, OWN + 8 * SAVED.length + 8 + 8 * i);
  }

  // vectors: sums, totals, then the weights and scales of columns, one to work with, and what
  // weights of 4 bits need
  private int sum(int row, int vector) {
    return row * vectors + vector;
  }

  private int total(int row, int vector) {
    return rows * vectors + sum(row, vector);
  }

  private int column(int vector) {
    return 2 * rows * vectors + vector;
  }

  private int working() {
    return 2 * rows * vectors + vectors;
  }

  private int mask() {
    return working() + 1;
  }

  private int lower(int vector) {
    return mask() + 1 + vector;
  }

  /** The same place in each row of a tile: 0, 1, 2 and 3 strides on. */
  private static Memory inRow(int row, int base, int stride, int strides3, int displacement) {
    return switch (row) {
      case 0 -> Memory.at(base, displacement);
      case 3 -> Memory.at(base, strides3, 1, displacement);
      default -> Memory.at(base, stride, row, displacement);
    };
  }

  private static Memory input(int row, int base) {
    return inRow(row, base, R12, R13, 0);
  }

  private static Memory scale(int row) {
    return inRow(row, RBP, R14, R15, 0);
  }

  private static Memory offset(int row) {
    return inRow(row, RBP, R14, R15, WORD);
  }

  private byte[] write() {
    for (int register : SAVED) {
      asm.push(register);
    }
    asm.subtract(RSP, OWN);
    asm.store(FIRST_INPUTS, RDI);
    asm.load(R12, INPUT_STRIDE);
    asm.address(R13, Memory.at(R12, R12, 2, 0));
    asm.load(R14, INPUT_SCALE_STRIDE);
    asm.address(R15, Memory.at(R14, R14, 2, 0));
    if (weights == QuadWeights.NIBBLES) {
      asm.set(RAX, LOWER_NIBBLES);
      asm.broadcast(mask(), RAX);
    }
    Label panel = asm.here();
    asm.load(RAX, COLUMN_TILES);
    asm.store(COLUMNS_LEFT, RAX);
    Label columns = asm.here();
    asm.load(RAX, ROW_TILES);
    asm.store(ROWS_LEFT, RAX);
    asm.load(RDI, FIRST_INPUTS);
    asm.store(INPUTS, RDI);
    asm.store(INPUT_SCALES, RSI);
    asm.store(OUTPUTS, RDX);
    Label tile = asm.here();
    tile();
    asm.decrement(ROWS_LEFT);
    asm.jumpIfNotZero(tile);
    for (int i = 0; i < vectors; i++) {
      asm.address(RCX, Memory.at(RCX, VECTOR_BYTES));
      asm.address(R8, Memory.at(R8, VECTOR_BYTES));
      asm.address(RDX, Memory.at(RDX, VECTOR_BYTES));
    }
    asm.decrement(COLUMNS_LEFT);
    asm.jumpIfNotZero(columns);
    asm.add(RCX, WEIGHTS_ON);
    asm.add(R8, SCALES_ON);
    asm.add(RDX, OUTPUTS_ON);
    asm.decrement(PANELS_LEFT);
    asm.jumpIfNotZero(panel);
    asm.forgetUpperHalves();
    asm.add(RSP, OWN);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      asm.pop(SAVED[i]);
    }
    asm.giveBack();
    return asm.code();
  }

  private void tile() {
    for (int i = 0; i < rows * vectors; i++) {
      asm.zero(rows * vectors + i);
    }
    asm.move(RAX, RCX);
    asm.move(R10, R8);
    asm.load(RBX, INPUTS);
    asm.load(RBP, INPUT_SCALES);
    asm.load(R11, BLOCKS);
    asm.store(BLOCKS_LEFT, R11);
    Label block = asm.here();
    block();
    asm.decrement(BLOCKS_LEFT);
    asm.jumpIfNotZero(block);
    asm.load(R11, OUTPUTS);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        asm.storeVector(Memory.at(R11, v * VECTOR_BYTES), total(r, v));
      }
      asm.add(R11, OUTPUT_STRIDE);
    }
    asm.store(OUTPUTS, R11);
    asm.load(R11, INPUTS);
    asm.address(R11, Memory.at(R11, R12, rows, 0));
    asm.store(INPUTS, R11);
    asm.load(R11, INPUT_SCALES);
    asm.address(R11, Memory.at(R11, R14, rows, 0));
    asm.store(INPUT_SCALES, R11);
  }

  private void block() {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        asm.broadcast(sum(r, v), offset(r));
      }
    }
    asm.load(R11, QUADS);
    if (weights == QuadWeights.NIBBLES) {
      asm.address(RDI, Memory.at(RBX, R11, WORD, 0));
    }
    Label quad = asm.here();
    for (int v = 0; v < vectors; v++) {
      asm.loadVector(column(v), Memory.at(RAX, v * VECTOR_BYTES));
    }
    if (weights == QuadWeights.NIBBLES) {
      for (int v = 0; v < vectors; v++) {
        asm.and(lower(v), column(v), mask());
        asm.shiftRight(column(v), column(v), NIBBLE);
        asm.and(column(v), column(v), mask());
      }
      addProducts(RBX, lower(0));
      addProducts(RDI, column(0));
      asm.add(RDI, WORD);
    } else {
      addProducts(RBX, column(0));
    }
    asm.add(RAX, R9);
    asm.add(RBX, WORD);
    asm.decrement(R11);
    asm.jumpIfNotZero(quad);
    if (weights == QuadWeights.NIBBLES) {
      // the first half of the inputs ends where the second began
      asm.move(RBX, RDI);
    }
    for (int v = 0; v < vectors; v++) {
      asm.loadVector(column(v), Memory.at(R10, v * VECTOR_BYTES));
    }
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        asm.multiply(working(), column(v), scale(r));
        asm.toFloats(sum(r, v), sum(r, v));
        asm.multiplyAdd(total(r, v), sum(r, v), working());
      }
    }
    asm.add(R10, R9);
    asm.add(RBP, (byte) (2 * WORD));
  }

  /** Sums += products of the quad of inputs at an address, of each row, with some columns. */
  private void addProducts(int inputs, int firstVector) {
    for (int r = 0; r < rows; r++) {
      if (vectors == 1) {
        asm.dotBytes(sum(r, 0), firstVector, input(r, inputs));
        continue;
      }
      asm.broadcast(working(), input(r, inputs));
      for (int v = 0; v < vectors; v++) {
        asm.dotBytes(sum(r, v), firstVector + v, working());
      }
    }
  }
}
