package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R10;
import static dev.stlm.model.runtime.code.Assembler.R8;
import static dev.stlm.model.runtime.code.Assembler.R9;
import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RDI;
import static dev.stlm.model.runtime.code.Assembler.RSI;

import dev.stlm.model.runtime.code.Assembler.Label;
import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * Floats to bytes, in place: the nearest multiples of the largest magnitude of a block / 127, ties
 * to even; that step; and the sum of the bytes times −128 or −8, which is what is taken off since
 * weights are stored that much too large. A block of zeros has the step 0; one that is not finite
 * has a step that is not finite.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: the inputs, their scales and offsets,
 * nothing; then the number of blocks and that of 16 inputs in a block.
 */
final class QuantiseProgram {
  private static final byte SIXTEEN_FLOATS = 64;
  private static final byte SIXTEEN_BYTES = 16;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  // vectors
  private static final int MASK = 16;
  private static final int MOST = 17;
  private static final int FINITE = 18;
  private static final int LARGEST = 0;
  private static final int SUM = 1;
  private static final int X = 2;
  private static final int WORKING = 3;
  private static final int STEP = 4;
  private static final int INVERSE = 5;

  private QuantiseProgram() {}

  static byte[] of(QuadWeights weights) {
    Assembler asm = new Assembler();
    asm.set(RAX, MAGNITUDE);
    asm.broadcast(MASK, RAX);
    asm.set(RAX, Float.floatToRawIntBits(127f));
    asm.broadcast(MOST, RAX);
    asm.set(RAX, Float.floatToRawIntBits(Float.MAX_VALUE));
    asm.broadcast(FINITE, RAX);
    asm.move(RAX, RDI);
    Label block = asm.here();
    asm.zero(LARGEST);
    asm.move(R10, RAX);
    asm.move(R9, R8);
    Label measured = asm.here();
    // magnitudes are in the same order as their bits, in which what is no number is the largest
    asm.loadVector(X, Memory.at(R10, 0));
    asm.and(X, X, MASK);
    asm.larger(LARGEST, LARGEST, X);
    asm.add(R10, SIXTEEN_FLOATS);
    asm.decrement(R9);
    asm.jumpIfNotZero(measured);
    asm.largestLane(LARGEST, WORKING);
    asm.divideLowest(STEP, LARGEST, MOST);
    asm.storeLowest(Memory.at(RSI, 0), STEP);
    asm.divideLowest(INVERSE, MOST, LARGEST);
    asm.smallerLowest(INVERSE, INVERSE, FINITE);
    asm.broadcastLowest(INVERSE, INVERSE);
    asm.zero(SUM);
    asm.move(R9, R8);
    Label packed = asm.here();
    asm.loadVector(X, Memory.at(RAX, 0));
    asm.multiply(X, X, INVERSE);
    asm.toIntegers(X, X);
    asm.subtract(SUM, SUM, X);
    asm.storeBytes(Memory.at(RDI, 0), X);
    asm.add(RAX, SIXTEEN_FLOATS);
    asm.add(RDI, SIXTEEN_BYTES);
    asm.decrement(R9);
    asm.jumpIfNotZero(packed);
    asm.sumLanes(SUM, WORKING);
    asm.shiftLeft(SUM, weights.excessBits());
    asm.storeLowest(Memory.at(RSI, Float.BYTES), SUM);
    asm.add(RSI, (byte) (2 * Float.BYTES));
    asm.decrement(RCX);
    asm.jumpIfNotZero(block);
    asm.forgetUpperHalves();
    asm.giveBack();
    return asm.code();
  }
}
