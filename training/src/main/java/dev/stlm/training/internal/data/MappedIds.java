package dev.stlm.training.internal.data;

import java.lang.foreign.ValueLayout;

/** The bytes of a file as ids. */
record MappedIds(TextFile text) implements IdSource {
  @Override
  public long length() {
    return text.bytes().byteSize();
  }

  @Override
  public double bytesPerId() {
    return 1;
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = text.bytes().get(ValueLayout.JAVA_BYTE, from + i) & 0xFF;
    }
  }
}
