package dev.stlm.model.kit;

import java.util.Random;

/** Ids to try models on: noise, and what looks like text. */
public final class TinyTexts {
  private static final int FIRST_SPECIAL = 256;

  private TinyTexts() {}

  /** Any ids below a bound. */
  public static int[] noise(int bound, int count, long seed) {
    return new Random(seed).ints(count, 0, bound).toArray();
  }

  /** Words of one to nine small letters, with one blank between them. */
  public static int[] words(int count, long seed) {
    Random random = new Random(seed);
    int[] ids = new int[count];
    for (int i = 0, left = 0; i < count; i++) {
      ids[i] = left == 0 ? ' ' : 'a' + random.nextInt(26);
      left = left == 0 ? 1 + random.nextInt(9) : left - 1;
    }
    return ids;
  }

  /**
   * Words with a special id here and there, in the middle of a word too, digits, runs of blanks and
   * marks, and bytes that are no UTF-8.
   *
   * @param vocabulary ids of the model, more than 256
   */
  public static int[] mixed(int vocabulary, int count, long seed) {
    Random random = new Random(seed);
    int[] ids = words(count, seed);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(12)) {
        case 0 -> ids[i] = FIRST_SPECIAL + random.nextInt(vocabulary - FIRST_SPECIAL);
        case 1 -> ids[i] = 0x80 + random.nextInt(0x80);
        case 2 -> ids[i] = " .,\n\t0".charAt(random.nextInt(6));
        default -> {}
      }
    }
    return ids;
  }
}
