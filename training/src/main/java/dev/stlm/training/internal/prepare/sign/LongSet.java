package dev.stlm.training.internal.prepare.sign;

/** A growing set of well-mixed longs. Reading it is safe for several threads, adding is not. */
public final class LongSet {
  private long[] slots = new long[64];
  private int size;
  private boolean zero;

  /** Adds a value; whether it is new. */
  public boolean add(long value) {
    if (value == 0) {
      boolean fresh = !zero;
      zero = true;
      return fresh;
    }
    int at = place(value);
    if (slots[at] == value) {
      return false;
    }
    slots[at] = value;
    size++;
    if (size > slots.length / 2) {
      grow();
    }
    return true;
  }

  /** Whether a value has been added. */
  public boolean contains(long value) {
    return value == 0 ? zero : slots[place(value)] == value;
  }

  /** Number of values. */
  public int size() {
    return size + (zero ? 1 : 0);
  }

  /** Where the value is, or the free slot where it belongs. */
  private int place(long value) {
    int mask = slots.length - 1;
    int at = (int) (value ^ value >>> 32) & mask;
    while (slots[at] != 0 && slots[at] != value) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[Math.multiplyExact(old.length, 2)];
    for (long value : old) {
      if (value != 0) {
        slots[place(value)] = value;
      }
    }
  }
}
