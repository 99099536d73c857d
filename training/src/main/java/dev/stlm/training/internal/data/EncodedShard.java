package dev.stlm.training.internal.data;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.data.Shard;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The documents of a shard, encoded one by one, each ended by the end-of-text id; in the heap. */
final class EncodedShard implements IdSource {
  private final int[] ids;
  private final int[] starts;
  private final double bytesPerId;

  EncodedShard(Shard shard, Tokenizer tokenizer) {
    if (shard.documents() > Integer.MAX_VALUE - 9) {
      throw new InvalidInputException(
          shard.path() + ": has too many documents for this tokenizer; prepare smaller shards");
    }
    int[] all = new int[1024];
    int n = 0;
    this.starts = new int[(int) shard.documents() + 1];
    for (int d = 0; d < shard.documents(); d++) {
      int[] document = tokenizer.encode(shard.document(d).toArray(ValueLayout.JAVA_BYTE));
      long needed = (long) n + document.length + 1;
      if (needed > Integer.MAX_VALUE - 8) {
        throw new InvalidInputException(
            shard.path() + ": has too much text for this tokenizer; prepare smaller shards");
      }
      if (needed > all.length) {
        all = Arrays.copyOf(all, (int) Math.min(Integer.MAX_VALUE - 8, needed + needed / 2));
      }
      System.arraycopy(document, 0, all, n, document.length);
      all[(int) needed - 1] = tokenizer.endOfText();
      n = (int) needed;
      starts[d + 1] = n;
    }
    this.ids = Arrays.copyOf(all, n);
    this.bytesPerId = shard.textBytes() / (double) Math.max(1, n);
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
  public long documents() {
    return starts.length - 1L;
  }

  @Override
  public long documentStart(long document) {
    return starts[Math.toIntExact(document)];
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    System.arraycopy(ids, Math.toIntExact(from), into, at, count);
  }
}
