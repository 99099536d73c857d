package dev.stlm.training.internal.data;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.lang.foreign.ValueLayout;

/** A text that a tokenizer has encoded as a whole. */
final class EncodedIds implements IdSource {
  private final int[] ids;
  private final double bytesPerId;

  EncodedIds(TextFile text, Tokenizer tokenizer) {
    long size = text.bytes().byteSize();
    if (size > Integer.MAX_VALUE - 16) {
      throw new InvalidInputException(
          text.path() + ": has more than 2 GiB, which only the byte tokenizer trains on; split it");
    }
    this.ids = tokenizer.encode(text.bytes().toArray(ValueLayout.JAVA_BYTE));
    this.bytesPerId = size / (double) Math.max(1, ids.length);
  }

  @Override
  public long length() {
    return ids.length;
  }

  @Override
  public double bytesPerId() {
    return bytesPerId;
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    System.arraycopy(ids, Math.toIntExact(from), into, at, count);
  }
}
