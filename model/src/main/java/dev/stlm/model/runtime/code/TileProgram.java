package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.RSP;

import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * A program that goes over tiles of rows and columns: what it finds on the stack, how it begins and
 * ends, and where rows lie.
 */
abstract class TileProgram {
  /** Bytes of a vector. */
  static final byte VECTOR = 64;

  private static final int SLOT = 8;

  final Assembler asm = new Assembler();
  private final int own;
  private final int[] saved;

  /**
   * Begins the program.
   *
   * @param own numbers of its own that it keeps on the stack, see {@link #own(int)}
   * @param saved registers that it uses and its caller expects unchanged
   */
  TileProgram(int own, int... saved) {
    this.own = own;
    this.saved = saved;
    for (int register : saved) {
      asm.push(register);
    }
    asm.subtract(RSP, (byte) (SLOT * own));
  }

  /** A number of its own. */
  static Memory own(int i) {
    return Memory.at(RSP, SLOT * i);
  }

  /** A number of its caller, of those that no register holds: from the 7th argument on. */
  final Memory argument(int i) {
    // between them: own numbers, saved registers, and the way back
    return Memory.at(RSP, SLOT * (own + saved.length + 1 + i));
  }

  /** The same place in each row of a tile, up to the fourth: 0, 1, 2 and 3 strides on. */
  static Memory inRow(int row, int base, int stride, int strides3, int displacement) {
    return switch (row) {
      case 0 -> Memory.at(base, displacement);
      case 3 -> Memory.at(base, strides3, 1, displacement);
      default -> Memory.at(base, stride, row, displacement);
    };
  }

  /** strides3 = 3 · stride. */
  final void triple(int strides3, int stride) {
    asm.address(strides3, Memory.at(stride, stride, 2, 0));
  }

  /** Rows of a tile are 1, 2 or 4, which {@link #inRow} and addresses can say. */
  static void checkRows(int rows) {
    if (rows != 1 && rows != 2 && rows != 4) {
      throw new IllegalArgumentException(rows + " rows");
    }
  }

  /** Ends the program; gives its code. */
  final byte[] end() {
    asm.forgetUpperHalves();
    asm.add(RSP, (byte) (SLOT * own));
    for (int i = saved.length - 1; i >= 0; i--) {
      asm.pop(saved[i]);
    }
    asm.giveBack();
    return asm.code();
  }
}
