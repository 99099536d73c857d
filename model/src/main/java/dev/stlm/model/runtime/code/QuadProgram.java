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
final class QuadProgram extends TileProgram {
  private static final int OWN = 7;
  private static final Memory ROWS_LEFT = own(0);
  private static final Memory BLOCKS_LEFT = own(1);
  private static final Memory INPUTS = own(2);
  private static final Memory INPUT_SCALES = own(3);
  private static final Memory OUTPUTS = own(4);
  private static final Memory FIRST_INPUTS = own(5);
  private static final Memory COLUMNS_LEFT = own(6);
  private static final byte WORD = 4;

  /** The lower half of each byte of a lane. */
  private static final int LOWER_NIBBLES = 0x0F0F0F0F;

  private static final int NIBBLE = 4;

  private final Memory rowTiles = argument(0);
  private final Memory columnTiles = argument(1);
  private final Memory blocks = argument(2);
  private final Memory quads = argument(3);
  private final Memory inputStride = argument(4);
  private final Memory inputScaleStride = argument(5);
  private final Memory outputStride = argument(6);
  private final Memory panelsLeft = argument(7);
  private final Memory weightsOn = argument(8);
  private final Memory scalesOn = argument(9);
  private final Memory outputsOn = argument(10);
  private final int rows;
  private final int vectors;
  private final QuadWeights weights;

  private QuadProgram(int rows, int vectors, QuadWeights weights) {
    super(OWN, RBX, RBP, R12, R13, R14, R15);
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
    checkRows(rows);
    if (vectors < 1 || rows * vectors > 8) {
      throw new IllegalArgumentException(rows + " rows, " + vectors + " vectors");
    }
    return new QuadProgram(rows, vectors, weights).write();
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
    asm.store(FIRST_INPUTS, RDI);
    asm.load(R12, inputStride);
    triple(R13, R12);
    asm.load(R14, inputScaleStride);
    triple(R15, R14);
    if (weights == QuadWeights.NIBBLES) {
      asm.set(RAX, LOWER_NIBBLES);
      asm.broadcast(mask(), RAX);
    }
    Label panel = asm.here();
    asm.load(RAX, columnTiles);
    asm.store(COLUMNS_LEFT, RAX);
    Label columns = asm.here();
    asm.load(RAX, rowTiles);
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
      asm.address(RCX, Memory.at(RCX, VECTOR));
      asm.address(R8, Memory.at(R8, VECTOR));
      asm.address(RDX, Memory.at(RDX, VECTOR));
    }
    asm.decrement(COLUMNS_LEFT);
    asm.jumpIfNotZero(columns);
    asm.add(RCX, weightsOn);
    asm.add(R8, scalesOn);
    asm.add(RDX, outputsOn);
    asm.decrement(panelsLeft);
    asm.jumpIfNotZero(panel);
    return end();
  }

  private void tile() {
    for (int i = 0; i < rows * vectors; i++) {
      asm.zero(rows * vectors + i);
    }
    asm.move(RAX, RCX);
    asm.move(R10, R8);
    asm.load(RBX, INPUTS);
    asm.load(RBP, INPUT_SCALES);
    asm.load(R11, blocks);
    asm.store(BLOCKS_LEFT, R11);
    Label block = asm.here();
    block();
    asm.decrement(BLOCKS_LEFT);
    asm.jumpIfNotZero(block);
    asm.load(R11, OUTPUTS);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        asm.storeVector(Memory.at(R11, v * VECTOR), total(r, v));
      }
      asm.add(R11, outputStride);
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
    asm.load(R11, quads);
    if (weights == QuadWeights.NIBBLES) {
      asm.address(RDI, Memory.at(RBX, R11, WORD, 0));
    }
    Label quad = asm.here();
    for (int v = 0; v < vectors; v++) {
      asm.loadVector(column(v), Memory.at(RAX, v * VECTOR));
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
      asm.loadVector(column(v), Memory.at(R10, v * VECTOR));
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
