package dev.stlm.training.data;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The numbers of the format that {@link Shard} describes. */
final class ShardFormat {
  static final int VERSION = 1;

  /** Bytes of the mark at both ends. */
  static final int MARK_BYTES = 8;

  /** Bytes after the index: version, checksum, documents, bytes of text, mark. */
  static final int TRAILER_BYTES = 4 + 4 + 8 + 8 + MARK_BYTES;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ShardFormat() {}

  /** The mark at both ends; a carriage return shows files that were sent as text. */
  static byte[] mark() {
    return "stlmdoc\r".getBytes(StandardCharsets.US_ASCII);
  }

  /** Bytes that fill up to the next multiple of eight. */
  static int padding(long textBytes) {
    return (int) (-textBytes & 7);
  }

  /** Size of a file, or -1 where the counts are impossible. */
  static long fileBytes(long documents, long textBytes) {
    long most = Long.MAX_VALUE >> 8;
    if (documents < 0 || textBytes < 0 || documents > most || textBytes > most) {
      return -1;
    }
    return MARK_BYTES
        + textBytes
        + padding(textBytes)
        + Long.BYTES * (documents + 1)
        + TRAILER_BYTES;
  }
}
