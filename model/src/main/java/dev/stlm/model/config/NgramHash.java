package dev.stlm.model.config;

/**
 * Which row of an n-gram table stands for the last n ids.
 *
 * <p>A polynomial hash modulo 2³¹ − 1 over the ids, newest first, each plus one; ids before the
 * start of the sequence count as −1, so they add nothing. The same function feeds training and
 * inference.
 */
public final class NgramHash {
  private static final long MODULUS = 2147483647L;
  private static final long BASE = 257L;

  private NgramHash() {}

  /**
   * The row for the n-gram that ends at a position.
   *
   * @param ids the sequence
   * @param position index of the last id of the n-gram
   * @param order n
   * @param rows rows of the table
   * @return a row in {@code [0, rows)}
   */
  public static int row(int[] ids, int position, int order, int rows) {
    long hash = 0;
    for (int i = 0; i < order; i++) {
      int at = position - i;
      long id = at < 0 ? -1 : ids[at];
      hash = (hash * BASE + id + 1) % MODULUS;
    }
    // one multiplication spreads neighbouring hashes over the table
    return (int) ((hash * 0x9E3779B1L & 0xFFFFFFFFL) % rows);
  }
}
