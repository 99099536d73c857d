package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R10;
import static dev.stlm.model.runtime.code.Assembler.R11;
import static dev.stlm.model.runtime.code.Assembler.R8;
import static dev.stlm.model.runtime.code.Assembler.R9;
import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RDI;
import static dev.stlm.model.runtime.code.Assembler.RDX;
import static dev.stlm.model.runtime.code.Assembler.RSI;
import static dev.stlm.model.runtime.code.Assembler.RSP;

import dev.stlm.model.runtime.code.Assembler.Label;
import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * Floats to bytes, in place: the nearest multiples of the largest magnitude of a block / 127, ties
 * to even; that step; and the sum of the bytes times −128 or −8, which is what is taken off since
 * weights are stored that much too large. A block of zeros has the step 0; one that is not finite
 * has a step that is not finite.
 *
 * <p>Its arguments, as {@link NativeCalls#call} gives them: the inputs, their scales and offsets,
 * nothing; then the number of blocks of a row, that of 16 inputs in a block, nothing, the number of
 * rows, and the bytes from one to the next.
 */
final class QuantiseProgram {
  private static final byte SIXTEEN_FLOATS = 64;
  private static final byte SIXTEEN_BYTES = 16;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  // where the arguments are, or are moved to
  private static final int ROW = R11;
  private static final int SCALES = RSI;
  private static final int BLOCKS = RDX;
  private static final int SIXTEENS = R8;
  private static final Memory ROWS_LEFT = Memory.at(RSP, 8);
  private static final Memory STRIDE = Memory.at(RSP, 16);

  // what runs through a row
  private static final int FROM = RAX;
  private static final int TO = RDI;
  private static final int BLOCKS_LEFT = RCX;
  private static final int MEASURED = R9;
  private static final int LEFT = R10;

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
    asm.move(ROW, RDI);
    asm.move(BLOCKS, RCX);
    Label row = asm.here();
    asm.move(FROM, ROW);
    asm.move(TO, ROW);
    asm.move(BLOCKS_LEFT, BLOCKS);
    Label block = asm.here();
    block(asm, weights);
    asm.decrement(BLOCKS_LEFT);
    asm.jumpIfNotZero(block);
    asm.add(ROW, STRIDE);
    asm.decrement(ROWS_LEFT);
    asm.jumpIfNotZero(row);
    asm.forgetUpperHalves();
    asm.giveBack();
    return asm.code();
  }

  private static void block(Assembler asm, QuadWeights weights) {
    asm.zero(LARGEST);
    asm.move(MEASURED, FROM);
    asm.move(LEFT, SIXTEENS);
    Label measure = asm.here();
    // magnitudes are in the same order as their bits, in which what is no number is the largest
    asm.loadVector(X, Memory.at(MEASURED, 0));
    asm.and(X, X, MASK);
    asm.larger(LARGEST, LARGEST, X);
    asm.add(MEASURED, SIXTEEN_FLOATS);
    asm.decrement(LEFT);
    asm.jumpIfNotZero(measure);
    asm.largestLane(LARGEST, WORKING);
    asm.divideLowest(STEP, LARGEST, MOST);
    asm.storeLowest(Memory.at(SCALES, 0), STEP);
    asm.divideLowest(INVERSE, MOST, LARGEST);
    asm.smallerLowest(INVERSE, INVERSE, FINITE);
    asm.broadcastLowest(INVERSE, INVERSE);
    asm.zero(SUM);
    asm.move(LEFT, SIXTEENS);
    Label pack = asm.here();
    asm.loadVector(X, Memory.at(FROM, 0));
    asm.multiply(X, X, INVERSE);
    asm.toIntegers(X, X);
    asm.subtract(SUM, SUM, X);
    asm.storeBytes(Memory.at(TO, 0), X);
    asm.add(FROM, SIXTEEN_FLOATS);
    asm.add(TO, SIXTEEN_BYTES);
    asm.decrement(LEFT);
    asm.jumpIfNotZero(pack);
    asm.sumLanes(SUM, WORKING);
    asm.shiftLeft(SUM, weights.excessBits());
    asm.storeLowest(Memory.at(SCALES, Float.BYTES), SUM);
    asm.add(SCALES, (byte) (2 * Float.BYTES));
  }
}
