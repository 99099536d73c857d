package dev.stlm.tokenizer.entropy;

import dev.stlm.tokenizer.internal.IntMap;
import java.util.Arrays;

/**
 * How often each byte followed each context of up to three bytes.
 *
 * <p>Memory is bounded: at most about three million different grams are counted (33 MB; 190 MB of
 * English has half a million); later ones that are new are left out.
 */
final class GramCounts {
  private static final int PLACES_BITS = 22;
  private static final int LARGEST = Integer.MAX_VALUE - 1;

  private final IntMap counts = new IntMap(PLACES_BITS);
  private final int contextMask;
  private int history;
  private long total;

  /**
   * No counts yet; before the text there are bytes of value 0.
   *
   * @param context bytes of a context, 1 to 3
   */
  GramCounts(int context) {
    contextMask = (1 << (8 * context)) - 1;
  }

  /** Counts the next bytes of the text. */
  void add(byte[] text, int length) {
    for (int i = 0; i < length; i++) {
      int next = text[i] & 0xFF;
      int key = key(history & contextMask, next);
      int count = counts.get(key);
      if (count != IntMap.ABSENT) {
        counts.put(key, Math.min(LARGEST, count + 1));
      } else if (!counts.isFull()) {
        counts.put(key, 1);
      }
      history = history << 8 | next;
    }
    total += length;
  }

  /** Bytes read so far. */
  long total() {
    return total;
  }

  /** All grams, those with the same last two bytes of context together, then of all three. */
  int[] grams() {
    int[] grams = counts.keys();
    Arrays.sort(grams);
    return grams;
  }

  /** How often a gram was seen. */
  int count(int gram) {
    return counts.get(gram);
  }

  /** The last byte of the context of a gram. */
  static int lastByte(int gram) {
    return (gram >>> 16) & 0xFF;
  }

  /** The last two bytes of the context of a gram, the latest in the low bits. */
  static int lastTwo(int gram) {
    return gram >>> 16;
  }

  /** The three bytes of the context of a gram, the latest in the low bits. */
  static int lastThree(int gram) {
    return ((gram & 0xFF00) << 8) | (gram >>> 16);
  }

  /** The byte that follows the context. */
  static int next(int gram) {
    return gram & 0xFF;
  }

  /** The later two bytes of the context come first, so that sorting groups by them. */
  private static int key(int context, int next) {
    return (context << 16) | ((context >>> 16) << 8) | next;
  }
}
