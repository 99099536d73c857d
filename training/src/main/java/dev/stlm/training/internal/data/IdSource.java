package dev.stlm.training.internal.data;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;

/** A text as ids. Immutable and safe for use by several threads. */
public interface IdSource {
  /** Number of ids. */
  long length();

  /** Bytes of text that an id stands for, on average. */
  double bytesPerId();

  /**
   * Copies ids.
   *
   * @param from index of the first
   * @param into filled from {@code at} on
   * @param count how many; {@code from + count} is at most {@link #length()}
   */
  void read(long from, int[] into, int at, int count);

  /** Documents that the ids are cut into. */
  default long documents() {
    return 1;
  }

  /**
   * Where a document starts.
   *
   * @param document from 0 to {@link #documents()}, which gives {@link #length()}
   */
  default long documentStart(long document) {
    return document == 0 ? 0 : length();
  }

  /** The last document that starts at or before a place, from 0 to below {@link #length()}. */
  default long documentAt(long place) {
    long low = 0;
    long high = documents() - 1;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (documentStart(middle) <= place) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * The ids of a text: bytes are read from the mapped file as they are needed; any other tokenizer
   * encodes the whole text at once, which has to fit into the heap.
   */
  static IdSource of(TextFile text, Tokenizer tokenizer) {
    return tokenizer.type().equals(ByteTokenizer.TYPE)
        ? new MappedIds(text)
        : new EncodedIds(text, tokenizer);
  }

  /** A part of this source. */
  default IdSource slice(long from, long length) {
    return new SlicedIds(this, from, length);
  }
}
