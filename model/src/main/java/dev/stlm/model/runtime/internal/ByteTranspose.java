package dev.stlm.model.runtime.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns rows of bytes into columns, 8 by 8 bytes at a time in eight words (Warren, <i>Hacker's
 * Delight</i>, section 7-3, with bytes for bits): the time in which a model of 8-bit integers loads
 * is mostly this.
 */
final class ByteTranspose {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HALVES = 0x00000000FFFFFFFFL;
  private static final long QUARTERS = 0x0000FFFF0000FFFFL;
  private static final long EIGHTHS = 0x00FF00FF00FF00FFL;

  private ByteTranspose() {}

  /**
   * {@code to[k · stride + r] = from[order[r] · columns + k]} for all r below the length of {@code
   * order} and k below {@code columns}.
   *
   * @param stride at least the length of {@code order}
   */
  static void transpose(byte[] from, int[] order, int columns, byte[] to, int stride) {
    int wholeRows = order.length & -8;
    int wholeColumns = columns & -8;
    int[] at = new int[8];
    for (int r = 0; r < wholeRows; r += 8) {
      for (int i = 0; i < 8; i++) {
        at[i] = order[r + i] * columns;
      }
      for (int k = 0; k < wholeColumns; k += 8) {
        block(from, at, k, to, k * stride + r, stride);
      }
    }
    for (int r = 0; r < order.length; r++) {
      for (int k = r < wholeRows ? wholeColumns : 0; k < columns; k++) {
        to[k * stride + r] = from[order[r] * columns + k];
      }
    }
  }

  private static void block(byte[] from, int[] at, int k, byte[] to, int out, int stride) {
    long a = (long) LONG.get(from, at[0] + k);
    long b = (long) LONG.get(from, at[1] + k);
    long c = (long) LONG.get(from, at[2] + k);
    long d = (long) LONG.get(from, at[3] + k);
    long e = (long) LONG.get(from, at[4] + k);
    long f = (long) LONG.get(from, at[5] + k);
    long g = (long) LONG.get(from, at[6] + k);
    long h = (long) LONG.get(from, at[7] + k);
    // 4 by 4 bytes change places, then 2 by 2 within them, then single ones
    long t = (a >>> 32 ^ e) & HALVES;
    e ^= t;
    a ^= t << 32;
    t = (b >>> 32 ^ f) & HALVES;
    f ^= t;
    b ^= t << 32;
    t = (c >>> 32 ^ g) & HALVES;
    g ^= t;
    c ^= t << 32;
    t = (d >>> 32 ^ h) & HALVES;
    h ^= t;
    d ^= t << 32;
    t = (a >>> 16 ^ c) & QUARTERS;
    c ^= t;
    a ^= t << 16;
    t = (b >>> 16 ^ d) & QUARTERS;
    d ^= t;
    b ^= t << 16;
    t = (e >>> 16 ^ g) & QUARTERS;
    g ^= t;
    e ^= t << 16;
    t = (f >>> 16 ^ h) & QUARTERS;
    h ^= t;
    f ^= t << 16;
    t = (a >>> 8 ^ b) & EIGHTHS;
    b ^= t;
    a ^= t << 8;
    t = (c >>> 8 ^ d) & EIGHTHS;
    d ^= t;
    c ^= t << 8;
    t = (e >>> 8 ^ f) & EIGHTHS;
    f ^= t;
    e ^= t << 8;
    t = (g >>> 8 ^ h) & EIGHTHS;
    h ^= t;
    g ^= t << 8;
    LONG.set(to, out, a);
    LONG.set(to, out + stride, b);
    LONG.set(to, out + 2 * stride, c);
    LONG.set(to, out + 3 * stride, d);
    LONG.set(to, out + 4 * stride, e);
    LONG.set(to, out + 5 * stride, f);
    LONG.set(to, out + 6 * stride, g);
    LONG.set(to, out + 7 * stride, h);
  }
}
