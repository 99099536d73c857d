package dev.stlm.model.runtime.code;

import java.io.ByteArrayOutputStream;

/**
 * Writes the few instructions of x86-64 that the programs of this package are made of, as bytes
 * (Intel, <i>64 and IA-32 Architectures Software Developer's Manual</i>, volume 2; vectors in the
 * EVEX encoding). Registers are numbers: 0 to 15 of 64 bits, see {@link #RAX} and the following,
 * and 0 to 31 of vectors. One thread at a time.
 */
final class Assembler {
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;
  static final int R8 = 8;
  static final int R9 = 9;
  static final int R10 = 10;
  static final int R11 = 11;
  static final int R12 = 12;
  static final int R13 = 13;
  static final int R14 = 14;
  static final int R15 = 15;

  private static final int NO_INDEX = -1;

  // opcode maps and mandatory prefixes, as EVEX has them
  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;
  private static final int MAP_0F3A = 3;
  private static final int P_NONE = 0;
  private static final int P_66 = 1;
  private static final int P_F3 = 2;

  // opcodes of lanes of 32 bits
  private static final int ADD = 0xFE;
  private static final int ADD_FLOATS = 0x58;
  private static final int LARGER = 0x3F;

  private static final int BITS_128 = 0;
  private static final int BITS_256 = 1;
  private static final int BITS_512 = 2;

  /**
   * Bytes of a 32-bit number, a quarter of a vector, a vector: by what short displacements count.
   */
  private static final int WORD = 4;

  private static final int QUARTER = 16;
  private static final int HALF = 32;
  private static final int WHOLE = 64;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Memory at {@code [base + index · scale + displacement]}. */
  record Memory(int base, int index, int scale, int displacement) {
    static Memory at(int base, int displacement) {
      return new Memory(base, NO_INDEX, 1, displacement);
    }

    static Memory at(int base, int index, int scale, int displacement) {
      return new Memory(base, index, scale, displacement);
    }
  }

  /** A place in the program to jump back to. */
  record Label(int at) {}

  byte[] code() {
    return out.toByteArray();
  }

  Label here() {
    return new Label(out.size());
  }

  // ---- whole numbers

  void push(int register) {
    if (register >= R8) {
      out.write(0x41);
    }
    out.write(0x50 + (register & 7));
  }

  void pop(int register) {
    if (register >= R8) {
      out.write(0x41);
    }
    out.write(0x58 + (register & 7));
  }

  void load(int to, Memory from) {
    wide(0x8B, to, from);
  }

  void store(Memory to, int from) {
    wide(0x89, from, to);
  }

  void add(int to, Memory from) {
    wide(0x03, to, from);
  }

  /** to = the address of the memory. */
  void address(int to, Memory from) {
    wide(0x8D, to, from);
  }

  /** Subtracts 1 from 64 bits in memory; {@link #jumpIfNotZero} looks at the result. */
  void decrement(Memory at) {
    wide(0xFF, 1, at);
  }

  /** Subtracts 1; {@link #jumpIfNotZero} looks at the result. */
  void decrement(int register) {
    wide(0xFF, 1, register);
  }

  void move(int to, int from) {
    wide(0x89, from, to);
  }

  void add(int to, int from) {
    wide(0x01, from, to);
  }

  void add(int to, byte number) {
    wide(0x83, 0, to);
    out.write(number);
  }

  void subtract(int to, byte number) {
    wide(0x83, 5, to);
    out.write(number);
  }

  void jumpIfNotZero(Label back) {
    out.write(0x0F);
    out.write(0x85);
    number(back.at - (out.size() + WORD));
  }

  void identifyProcessor() {
    out.write(0x0F);
    out.write(0xA2);
  }

  /** eax = which registers the operating system keeps (XCR0), where ecx is 0. */
  void enabledStates() {
    out.write(0x0F);
    out.write(0x01);
    out.write(0xD0);
  }

  /** 32 bits of a register to memory. */
  void storeWord(Memory to, int from) {
    if (from >= R8 || to.base >= R8) {
      throw new IllegalArgumentException("only the first eight registers");
    }
    out.write(0x89);
    operand(from, to, 1);
  }

  /** A 32-bit number to a register, the upper half of which becomes 0. */
  void set(int to, int number) {
    if (to >= R8) {
      throw new IllegalArgumentException("only the first eight registers");
    }
    out.write(0xB8 + to);
    number(number);
  }

  void giveBack() {
    out.write(0xC3);
  }

  // ---- vectors of 512 bits, unless the name says otherwise

  void loadVector(int to, Memory from) {
    vector(0x10, MAP_0F, P_NONE, BITS_512, to, 0, from, false, WHOLE);
  }

  void storeVector(Memory to, int from) {
    vector(0x11, MAP_0F, P_NONE, BITS_512, from, 0, to, false, WHOLE);
  }

  /** 16 numbers of 16 bits to the lower halves of 32-bit lanes, the upper ones become 0. */
  void loadHalves(int to, Memory from) {
    vector(0x33, MAP_0F38, P_66, BITS_512, to, 0, from, false, HALF);
  }

  /** 16 binary16 floats, widened. */
  void loadWidened(int to, Memory from) {
    vector(0x13, MAP_0F38, P_66, BITS_512, to, 0, from, false, HALF);
  }

  /** All lanes become 0. */
  void zero(int to) {
    vector(0xEF, MAP_0F, P_66, BITS_512, to, to, to);
  }

  /** All 32-bit lanes become the number in memory. */
  void broadcast(int to, Memory from) {
    vector(0x58, MAP_0F38, P_66, BITS_512, to, 0, from, false, WORD);
  }

  /** to = one & two. */
  void and(int to, int one, int two) {
    vector(0xDB, MAP_0F, P_66, BITS_512, to, one, two);
  }

  /** to = from, shifted to the right by some bits in each 32-bit lane, zeros from above. */
  void shiftRight(int to, int from, int bits) {
    vector(0x72, MAP_0F, P_66, BITS_512, 2, to, from);
    out.write(bits);
  }

  /** All 32-bit lanes become the number in the lower half of one of the first eight registers. */
  void broadcast(int to, int register) {
    vector(0x7C, MAP_0F38, P_66, BITS_512, to, 0, register);
  }

  /**
   * In each 32-bit lane: adds the four products of the bytes of both, those of the first without a
   * sign (vpdpbusd).
   */
  void dotBytes(int sum, int unsigned, int signed) {
    vector(0x50, MAP_0F38, P_66, BITS_512, sum, unsigned, signed);
  }

  /** The same, with one 32-bit number of memory for all lanes. */
  void dotBytes(int sum, int unsigned, Memory signed) {
    vector(0x50, MAP_0F38, P_66, BITS_512, sum, unsigned, signed, true, WORD);
  }

  /** Whole numbers of 32 bits to floats. */
  void toFloats(int to, int from) {
    vector(0x5B, MAP_0F, P_NONE, BITS_512, to, 0, from);
  }

  /** Floats to whole numbers of 32 bits, ties to even. */
  void toIntegers(int to, int from) {
    vector(0x5B, MAP_0F, P_66, BITS_512, to, 0, from);
  }

  /** The lowest 8 bits of each 32-bit lane, to 16 bytes of memory. */
  void storeBytes(Memory to, int from) {
    vector(0x31, MAP_0F38, P_F3, BITS_512, from, 0, to, false, QUARTER);
  }

  /** to = one · two, in floats; two is one number of memory for all lanes. */
  void multiply(int to, int one, Memory two) {
    vector(0x59, MAP_0F, P_NONE, BITS_512, to, one, two, true, WORD);
  }

  /** to = one · two, in floats. */
  void multiply(int to, int one, int two) {
    vector(0x59, MAP_0F, P_NONE, BITS_512, to, one, two);
  }

  /** to = one / two, in the lowest lane, of floats. */
  void divideLowest(int to, int one, int two) {
    vector(0x5E, MAP_0F, P_F3, BITS_128, to, one, two);
  }

  /** to = the smaller one in the lowest lane, of floats; two where one of them is no number. */
  void smallerLowest(int to, int one, int two) {
    vector(0x5D, MAP_0F, P_F3, BITS_128, to, one, two);
  }

  /** All lanes become the lowest one. */
  void broadcastLowest(int to, int from) {
    vector(0x18, MAP_0F38, P_66, BITS_512, to, 0, from);
  }

  /** to = the larger one in each lane of 32 bits without a sign. */
  void larger(int to, int one, int two) {
    vector(LARGER, MAP_0F38, P_66, BITS_512, to, one, two);
  }

  /** to = one · two + to, in floats, rounded once. */
  void multiplyAdd(int to, int one, int two) {
    vector(0xB8, MAP_0F38, P_66, BITS_512, to, one, two);
  }

  /** to = one − two, in 32-bit lanes. */
  void subtract(int to, int one, int two) {
    vector(0xFA, MAP_0F, P_66, BITS_512, to, one, two);
  }

  /** Adds up all 16 lanes of 32 bits; the sum is in the lowest lane of {@code x}. */
  void sumLanes(int x, int working) {
    reduce(ADD, MAP_0F, P_66, x, working);
  }

  /** The largest of all 16 lanes of 32 bits without a sign, in the lowest lane of {@code x}. */
  void largestLane(int x, int working) {
    reduce(LARGER, MAP_0F38, P_66, x, working);
  }

  /** Adds up all 16 lanes of floats, those 8 apart first, then 4, 2, 1. */
  void sumFloatLanes(int x, int working) {
    reduce(ADD_FLOATS, MAP_0F, P_NONE, x, working);
  }

  private void reduce(int opcode, int map, int prefix, int x, int working) {
    // the upper half with the lower one, then quarters, pairs and single lanes
    vector(0x3B, MAP_0F3A, P_66, BITS_512, x, 0, working);
    out.write(1);
    vector(opcode, map, prefix, BITS_256, x, x, working);
    vector(0x39, MAP_0F3A, P_66, BITS_256, x, 0, working);
    out.write(1);
    vector(opcode, map, prefix, BITS_128, x, x, working);
    vector(0x70, MAP_0F, P_66, BITS_128, working, 0, x);
    out.write(0x4E);
    vector(opcode, map, prefix, BITS_128, x, x, working);
    vector(0x70, MAP_0F, P_66, BITS_128, working, 0, x);
    out.write(0xB1);
    vector(opcode, map, prefix, BITS_128, x, x, working);
  }

  /** Shifts all lanes of 32 bits to the left. */
  void shiftAllLeft(int x, int bits) {
    vector(0x72, MAP_0F, P_66, BITS_512, 6, x, x);
    out.write(bits);
  }

  /** Shifts the four lowest lanes of 32 bits to the left. */
  void shiftLeft(int x, int bits) {
    vector(0x72, MAP_0F, P_66, BITS_128, 6, x, x);
    out.write(bits);
  }

  /** The lowest lane of 32 bits to memory. */
  void storeLowest(Memory to, int from) {
    vector(0x7E, MAP_0F, P_66, BITS_128, from, 0, to, false, WORD);
  }

  /** Before code that knows only shorter vectors goes on. */
  void forgetUpperHalves() {
    out.write(0xC5);
    out.write(0xF8);
    out.write(0x77);
  }

  // ---- encodings

  private void wide(int opcode, int register, Memory memory) {
    int index = Math.max(0, memory.index);
    out.write(0x48 | (register >> 3) << 2 | (index >> 3) << 1 | memory.base >> 3);
    out.write(opcode);
    operand(register, memory, 1);
  }

  private void wide(int opcode, int register, int other) {
    out.write(0x48 | (register >> 3) << 2 | other >> 3);
    out.write(opcode);
    out.write(0xC0 | (register & 7) << 3 | (other & 7));
  }

  private void vector(int opcode, int map, int prefix, int length, int reg, int second, int other) {
    evex(map, prefix, length, reg, second, other >> 3 & 1, other >> 4 & 1, false);
    out.write(opcode);
    out.write(0xC0 | (reg & 7) << 3 | (other & 7));
  }

  private void vector(
      int opcode,
      int map,
      int prefix,
      int length,
      int reg,
      int second,
      Memory memory,
      boolean one,
      int unit) {
    evex(map, prefix, length, reg, second, memory.base >> 3, Math.max(0, memory.index) >> 3, one);
    out.write(opcode);
    operand(reg, memory, unit);
  }

  private void evex(
      int map, int prefix, int length, int reg, int second, int b, int x, boolean one) {
    out.write(0x62);
    // the four extensions of register numbers are stored inverted, and so is the second operand
    out.write((~reg >> 3 & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~reg >> 4 & 1) << 4 | map);
    out.write((~second & 15) << 3 | 4 | prefix);
    out.write(length << 5 | (one ? 16 : 0) | (~second >> 4 & 1) << 3);
  }

  /** Register and memory; a short displacement counts in units. */
  private void operand(int register, Memory memory, int unit) {
    int displacement = memory.displacement;
    boolean brief = displacement % unit == 0 && displacement / unit == (byte) (displacement / unit);
    // no displacement at all can not be said of rbp and r13
    int mode = displacement == 0 && (memory.base & 7) != RBP ? 0 : brief ? 0x40 : 0x80;
    if (memory.index == NO_INDEX && (memory.base & 7) != RSP) {
      out.write(mode | (register & 7) << 3 | (memory.base & 7));
    } else {
      int index = memory.index == NO_INDEX ? RSP : memory.index & 7;
      out.write(mode | (register & 7) << 3 | RSP);
      out.write(Integer.numberOfTrailingZeros(memory.scale) << 6 | index << 3 | (memory.base & 7));
    }
    if (mode == 0x40) {
      out.write(displacement / unit);
    } else if (mode == 0x80) {
      number(displacement);
    }
  }

  private void number(int value) {
    for (int i = 0; i < WORD; i++) {
      out.write(value >> (8 * i));
    }
  }
}
