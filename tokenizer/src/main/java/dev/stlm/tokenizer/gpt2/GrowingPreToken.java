package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.internal.IntMap;

/**
 * The byte-pair encoding of one pre-token that grows at its end: after every byte it knows the last
 * token of every beginning of it, exactly, in constant memory and in time that does not depend on
 * the length.
 *
 * <p>Only the last {@link BytePairs#longest()} bytes and the last tokens at each of them are kept:
 * no token reaches further back.
 */
final class GrowingPreToken {
  private final BytePairs pairs;
  private final byte[] bytes;

  /** The last token of the encoding that ends with the byte of the same index. */
  private final int[] last;

  private int count;

  GrowingPreToken(BytePairs pairs) {
    this.pairs = pairs;
    bytes = new byte[2 * pairs.longest()];
    last = new int[bytes.length];
  }

  private GrowingPreToken(GrowingPreToken other) {
    pairs = other.pairs;
    bytes = other.bytes.clone();
    last = other.last.clone();
    count = other.count;
  }

  GrowingPreToken copy() {
    return new GrowingPreToken(this);
  }

  /** Starts the next pre-token, empty. */
  void restart() {
    count = 0;
  }

  /** Adds bytes to the end. */
  void append(byte[] text, int from, int length) {
    for (int i = from; i < from + length; i++) {
      append(text[i]);
    }
  }

  /** Whether a token ends right before the last {@code length} bytes; false at the very start. */
  boolean tokenEndsBefore(int length) {
    int wanted = count - length;
    if (wanted == 0) {
      return false;
    }
    int end = count;
    while (end > wanted) {
      end -= Gpt2Vocabulary.get().bytes(last[end - 1]).length;
    }
    return end == wanted;
  }

  void append(byte b) {
    if (count == bytes.length) {
      int kept = pairs.longest();
      System.arraycopy(bytes, count - kept, bytes, 0, kept);
      System.arraycopy(last, count - kept, last, 0, kept);
      count = kept;
    }
    bytes[count++] = b;
    last[count - 1] = lastToken();
  }

  private int lastToken() {
    int node = BytePairs.ROOT;
    for (int start = count - 1; start >= 0; start--) {
      node = pairs.child(node, bytes[start]);
      if (node == IntMap.ABSENT) {
        break;
      }
      int token = pairs.token(node);
      if (token != IntMap.ABSENT && (start == 0 || pairs.stayApart(last[start - 1], token))) {
        return token;
      }
    }
    throw new IllegalStateException("no token ends the text; every byte is one");
  }
}
