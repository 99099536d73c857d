package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RBX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RSI;

import dev.stlm.model.runtime.code.Assembler.Memory;

/**
 * What the processor and the operating system offer (the instructions cpuid and xgetbv, as in
 * Intel's manual, volume 1, chapters 13 to 15).
 */
final class Processor {
  private static final int HIGHEST_LEAF = 0;
  private static final int BASIC_LEAF = 1;
  private static final int EXTENDED_LEAF = 7;

  /** Of the basic leaf, ecx: xgetbv may be used. */
  private static final int STATES_ARE_READABLE = 1 << 27;

  /** Of the extended leaf, ebx: AVX-512 F, DQ, BW and VL. */
  private static final int VECTORS_512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;

  /** Of the extended leaf, ecx: AVX-512 VNNI. */
  private static final int BYTE_PRODUCTS = 1 << 11;

  /** All vector registers, of 128, 256 and 512 bits, and the masks. */
  private static final int KEPT_STATES = 0xE6;

  private final NativeCalls calls;

  Processor(NativeCalls calls) {
    this.calls = calls;
  }

  /** Whether sums of four products of bytes can be made in vectors of 512 bits. */
  boolean hasByteProducts() {
    if (identify(HIGHEST_LEAF)[RAX] < EXTENDED_LEAF
        || (identify(BASIC_LEAF)[RCX] & STATES_ARE_READABLE) == 0
        || (states() & KEPT_STATES) != KEPT_STATES) {
      return false;
    }
    int[] extended = identify(EXTENDED_LEAF);
    return (extended[RBX] & VECTORS_512) == VECTORS_512 && (extended[RCX] & BYTE_PRODUCTS) != 0;
  }

  /** eax, ecx, edx, ebx of a leaf, in this order. */
  private int[] identify(int leaf) {
    Assembler asm = new Assembler();
    asm.push(RBX);
    asm.set(RAX, leaf);
    asm.set(RCX, 0);
    asm.move(RSI, Assembler.RDI);
    asm.identifyProcessor();
    for (int register = RAX; register <= RBX; register++) {
      asm.storeWord(Memory.at(RSI, register * Float.BYTES), register);
    }
    asm.pop(RBX);
    asm.giveBack();
    return run(asm.code(), RBX + 1);
  }

  private int states() {
    Assembler asm = new Assembler();
    asm.set(RCX, 0);
    asm.move(RSI, Assembler.RDI);
    asm.enabledStates();
    asm.storeWord(Memory.at(RSI, 0), RAX);
    asm.giveBack();
    return run(asm.code(), 1)[0];
  }

  private int[] run(byte[] code, int words) {
    float[] out = new float[words];
    calls.call(calls.place(code), out, 0, out, 0, out, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    int[] bits = new int[words];
    for (int i = 0; i < words; i++) {
      bits[i] = Float.floatToRawIntBits(out[i]);
    }
    return bits;
  }
}
