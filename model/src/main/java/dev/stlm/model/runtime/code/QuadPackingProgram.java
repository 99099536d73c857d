package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R8;
import static dev.stlm.model.runtime.code.Assembler.R9;
import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RDI;
import static dev.stlm.model.runtime.code.Assembler.RSI;

import dev.stlm.model.runtime.code.Assembler.Label;
import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * Whole numbers in floats to bytes, in place, and the sum of each block times −128 or −8: what is
 * taken off since weights are stored that much too large.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: the inputs, their scales and offsets,
 * nothing; then the number of blocks and that of 16 inputs in a block.
 */
final class QuadPackingProgram {
  private static final byte SIXTEEN_FLOATS = 64;
  private static final byte SIXTEEN_BYTES = 16;

  private QuadPackingProgram() {}

  static byte[] of(QuadWeights weights) {
    Assembler asm = new Assembler();
    asm.move(RAX, RDI);
    Label block = asm.here();
    asm.zero(0);
    asm.move(R9, R8);
    Label sixteen = asm.here();
    asm.toIntegers(1, Memory.at(RAX, 0));
    asm.subtract(0, 0, 1);
    asm.storeBytes(Memory.at(RDI, 0), 1);
    asm.add(RAX, SIXTEEN_FLOATS);
    asm.add(RDI, SIXTEEN_BYTES);
    asm.decrement(R9);
    asm.jumpIfNotZero(sixteen);
    asm.sumLanes(0, 1);
    asm.shiftLeft(0, weights.excessBits());
    asm.storeLowest(Memory.at(RSI, Float.BYTES), 0);
    asm.add(RSI, (byte) (2 * Float.BYTES));
    asm.decrement(RCX);
    asm.jumpIfNotZero(block);
    asm.forgetUpperHalves();
    asm.giveBack();
    return asm.code();
  }
}
