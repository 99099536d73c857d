package dev.stlm.training.internal.data;

import dev.stlm.training.data.Shard;
import java.lang.foreign.ValueLayout;

/**
 * The documents of a shard as bytes, read from the map as they are needed; each is ended by the
 * end-of-text id.
 */
record ShardIds(Shard shard, int endOfText) implements IdSource {
  @Override
  public long length() {
    return shard.textBytes() + shard.documents();
  }

  @Override
  public double bytesPerId() {
    return shard.textBytes() / (double) Math.max(1, length());
  }

  @Override
  public long documents() {
    return shard.documents();
  }

  @Override
  public long documentStart(long document) {
    return shard.start(document) + document;
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    long document = documentAt(from);
    long position = from - document;
    for (int i = 0; i < count; i++) {
      if (position == shard.start(document + 1)) {
        into[at + i] = endOfText;
        document++;
      } else {
        into[at + i] = shard.text().get(ValueLayout.JAVA_BYTE, position++) & 0xFF;
      }
    }
  }
}
