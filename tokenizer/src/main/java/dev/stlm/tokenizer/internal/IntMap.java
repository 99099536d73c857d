package dev.stlm.tokenizer.internal;

/** A map from int to int from 0 on, in two arrays (open addressing); it never grows. */
public final class IntMap {
  /** What {@link #get} gives for a key that is not there. */
  public static final int ABSENT = -1;

  private final int[] keys;

  /** Value plus one; 0 where there is no entry. */
  private final int[] values;

  private final int shift;
  private final int room;
  private int size;

  /**
   * An empty map.
   *
   * @param bits the arrays have {@code 2^bits} places, three quarters of which may be filled; from
   *     2 to 28
   */
  public IntMap(int bits) {
    keys = new int[1 << bits];
    values = new int[1 << bits];
    shift = Integer.SIZE - bits;
    room = keys.length / 4 * 3;
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** Whether no further key fits. */
  public boolean isFull() {
    return size == room;
  }

  /** The value of a key, or {@link #ABSENT}. */
  public int get(int key) {
    return values[place(key)] - 1;
  }

  /**
   * Sets the value of a key.
   *
   * @param value from 0 to 2^31 - 2
   * @throws IllegalStateException if the key is new and the map is full
   */
  public void put(int key, int value) {
    int place = place(key);
    if (values[place] == 0) {
      if (isFull()) {
        throw new IllegalStateException("more than " + room + " keys");
      }
      keys[place] = key;
      size++;
    }
    values[place] = value + 1;
  }

  /** All keys, in no order. */
  public int[] keys() {
    int[] all = new int[size];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (values[i] != 0) {
        all[n++] = keys[i];
      }
    }
    return all;
  }

  /** Where the key is, or the free place for it. */
  private int place(int key) {
    int mask = keys.length - 1;
    // the golden ratio spreads neighbouring keys (Knuth, TAOCP 3, 6.4)
    int place = (key * 0x9E3779B9) >>> shift;
    while (values[place] != 0 && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
