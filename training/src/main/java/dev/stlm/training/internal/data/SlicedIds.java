package dev.stlm.training.internal.data;

/** A part of another source. */
record SlicedIds(IdSource whole, long start, long length) implements IdSource {
  SlicedIds {
    if (start < 0 || length < 0 || start > whole.length() - length) {
      throw new IllegalArgumentException(
          "ids %d to %d of %d".formatted(start, start + length, whole.length()));
    }
  }

  @Override
  public double bytesPerId() {
    return whole.bytesPerId();
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    if (from < 0 || from + count > length) {
      throw new IndexOutOfBoundsException("ids from " + from + " of " + length);
    }
    whole.read(start + from, into, at, count);
  }
}
