package dev.stlm.tokenizer.gpt2;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.util.Arrays;

/**
 * The tokens of GPT-2 (jtokkit's {@code r50k_base}): ids 0 to 255 are the single bytes, in GPT-2's
 * own order, ids from 256 to 50255 are merges in the order of their rank, 50256 ends a text.
 *
 * <p>Immutable, one for the process, loaded by the first call of {@link #get()} (about 0.1 s).
 */
final class Gpt2Vocabulary {
  /** Number of ids, the special one included. */
  static final int SIZE = 50257;

  /** The one special id: it ends a text. */
  static final int END_OF_TEXT = 50256;

  /** Number of ids that are single bytes: 0 to 255. */
  static final int SINGLE_BYTES = 256;

  private final Encoding encoding;
  private final byte[][] tokens = new byte[SIZE][];
  private final int[] idOfByte = new int[256];

  private Gpt2Vocabulary() {
    encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
    IntArrayList one = new IntArrayList(1);
    one.add(0);
    for (int id = 0; id < END_OF_TEXT; id++) {
      one.set(0, id);
      tokens[id] = encoding.decodeBytes(one);
    }
    tokens[END_OF_TEXT] = new byte[0];
    Arrays.fill(idOfByte, -1);
    for (int id = 0; id < SINGLE_BYTES; id++) {
      if (tokens[id].length == 1) {
        idOfByte[tokens[id][0] & 0xFF] = id;
      }
    }
    if (Arrays.stream(idOfByte).anyMatch(id -> id < 0)) {
      throw new IllegalStateException("jtokkit's r50k_base does not start with the single bytes");
    }
  }

  static Gpt2Vocabulary get() {
    return Loaded.VOCABULARY;
  }

  /** The ids of a text; names of special ids in it are plain text. */
  int[] encode(String text) {
    return encoding.encodeOrdinary(text).toArray();
  }

  /**
   * The bytes of an id from 0 to {@link #SIZE} - 1, none for the special one; not to be changed.
   */
  byte[] bytes(int id) {
    return tokens[id];
  }

  /** The id that stands for a byte alone. */
  int id(byte b) {
    return idOfByte[b & 0xFF];
  }

  /** Loads on first use. */
  private static final class Loaded {
    static final Gpt2Vocabulary VOCABULARY = new Gpt2Vocabulary();
  }
}
