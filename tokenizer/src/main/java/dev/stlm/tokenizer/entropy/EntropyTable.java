package dev.stlm.tokenizer.entropy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The entropy of the next byte, in bits, given the last one to three: a trained byte model of a
 * small receptive field reduced to a look-up table, which the Byte Latent Transformer (Pagnoni et
 * al. 2024, arXiv 2412.09871) suggests for small entropy models.
 *
 * <p>Entropies are rounded to sixteenths of a bit, one byte each: one entry for no context, 256 for
 * the last byte, 65536 for the last two and 65536 places for the last three, to which these are
 * hashed; contexts that share a place share the mean of their entropies, weighted by how often they
 * were seen. The value is that of the longest context that was seen in training. As a text, the
 * table is the base64 form of its deflated bytes, about 30 KB for English.
 *
 * <p>Immutable and safe for use by several threads; 129 KB in memory.
 */
public final class EntropyTable {
  /** Most bytes of context. */
  public static final int LARGEST_CONTEXT = 3;

  /** Entropies are multiples of one over this, in bits. */
  static final int STEPS_PER_BIT = 16;

  /** The largest entropy of a byte, in steps. */
  static final int LARGEST_STEPS = 8 * STEPS_PER_BIT;

  /** Places for contexts of three bytes. */
  static final int PLACES_OF_THREE = 1 << 16;

  /** No table is longer as a text, whatever it was trained on. */
  static final int LONGEST_TEXT = 256 * 1024;

  private static final int FIRST_OF_ONE = 1;
  private static final int FIRST_OF_TWO = FIRST_OF_ONE + 256;
  private static final int FIRST_PLACE_OF_THREE = FIRST_OF_TWO + 65536;

  private final int context;

  /** Steps plus one, 0 where a context was not seen; see {@link #size(int)} for the parts. */
  private final byte[] entries;

  private final String text;

  private EntropyTable(int context, byte[] entries, String text) {
    this.context = context;
    this.entries = entries;
    this.text = text;
  }

  /**
   * Trains a table on a text.
   *
   * @param text read to its end in one pass; not closed. The more, the better, from about 1 MB on;
   *     memory does not grow with it
   * @param context bytes of context, 1 to 3
   * @throws InvalidInputException if the context is out of range or the text is empty
   * @throws IOException if the text can not be read
   */
  public static EntropyTable train(InputStream text, int context) throws IOException {
    if (context < 1 || context > LARGEST_CONTEXT) {
      throw new InvalidInputException(
          "entropy table: context is " + context + "; allowed: 1 to " + LARGEST_CONTEXT);
    }
    GramCounts counts = new GramCounts(context);
    byte[] buffer = new byte[1 << 16];
    int read = text.read(buffer);
    while (read >= 0) {
      counts.add(buffer, read);
      read = text.read(buffer);
    }
    if (counts.total() == 0) {
      throw new InvalidInputException("entropy table: the text to train on is empty; give one");
    }
    byte[] entries = EntropyTraining.entries(counts, context);
    return new EntropyTable(context, entries, encode(context, entries));
  }

  /**
   * Reads a table from its text.
   *
   * @throws InvalidInputException if it is too long, not base64, not deflated, or not a table
   */
  public static EntropyTable decode(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw invalid("is longer than " + LONGEST_TEXT + " characters", null);
    }
    byte[] deflated;
    try {
      deflated = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid("is not base64", e);
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      int context = inflate(inflater, 1)[0];
      if (context < 1 || context > LARGEST_CONTEXT) {
        throw invalid("has contexts of " + context + " bytes", null);
      }
      byte[] entries = inflate(inflater, size(context));
      boolean more = inflater.inflate(new byte[1]) > 0;
      if (more || !inflater.finished() || inflater.getRemaining() > 0) {
        throw invalid("goes on after its end", null);
      }
      check(entries);
      return new EntropyTable(context, entries, text);
    } catch (DataFormatException e) {
      throw invalid("is not deflated data", e);
    } finally {
      inflater.end();
    }
  }

  /** The text that {@link #decode} reads. */
  public String encode() {
    return text;
  }

  /** Bytes of context, 1 to 3. */
  public int context() {
    return context;
  }

  /**
   * The entropy of the next byte, from 0 to 8 bits.
   *
   * @param history the last bytes, the latest in the low eight bits; what is above the context does
   *     not count. Before a text come bytes of value 0
   */
  public double bits(int history) {
    return steps(history) / (double) STEPS_PER_BIT;
  }

  /** The entropy of the next byte in steps, 0 to {@link #LARGEST_STEPS}. */
  int steps(int history) {
    int entry = context > 2 ? entries[indexOfPlace(placeOfThree(history))] : 0;
    if (entry == 0 && context > 1) {
      entry = entries[indexOfTwo(history & 0xFFFF)];
    }
    if (entry == 0) {
      entry = entries[indexOfOne(history & 0xFF)];
    }
    if (entry == 0) {
      entry = entries[0];
    }
    return (entry & 0xFF) - 1;
  }

  /** Number of entries of a table with contexts of up to this many bytes. */
  static int size(int context) {
    return switch (context) {
      case 1 -> FIRST_OF_TWO;
      case 2 -> FIRST_PLACE_OF_THREE;
      default -> FIRST_PLACE_OF_THREE + PLACES_OF_THREE;
    };
  }

  static int indexOfOne(int lastByte) {
    return FIRST_OF_ONE + lastByte;
  }

  static int indexOfTwo(int lastTwo) {
    return FIRST_OF_TWO + lastTwo;
  }

  static int indexOfPlace(int place) {
    return FIRST_PLACE_OF_THREE + place;
  }

  /** Where the last three bytes are hashed to; the byte above them does not count. */
  static int placeOfThree(int history) {
    // the golden ratio spreads neighbouring keys (Knuth, TAOCP 3, 6.4)
    return ((history & 0xFFFFFF) * 0x9E3779B9) >>> 16;
  }

  /** The entry for an entropy in bits. */
  static byte entry(double bits) {
    return (byte) (1 + Math.clamp(Math.round(bits * STEPS_PER_BIT), 0, LARGEST_STEPS));
  }

  private static String encode(int context, byte[] entries) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      ByteArrayOutputStream deflated = new ByteArrayOutputStream(1 << 15);
      byte[] buffer = new byte[1 << 13];
      byte[] all = new byte[1 + entries.length];
      all[0] = (byte) context;
      System.arraycopy(entries, 0, all, 1, entries.length);
      deflater.setInput(all);
      deflater.finish();
      while (!deflater.finished()) {
        deflated.write(buffer, 0, deflater.deflate(buffer));
      }
      return Base64.getEncoder().encodeToString(deflated.toByteArray());
    } finally {
      deflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int length) throws DataFormatException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      int more = inflater.inflate(bytes, done, length - done);
      if (more == 0) {
        throw invalid("ends early", null);
      }
      done += more;
    }
    return bytes;
  }

  private static void check(byte[] entries) {
    if (entries[0] == 0) {
      throw invalid("has no entropy for bytes without context", null);
    }
    for (byte entry : entries) {
      if ((entry & 0xFF) > LARGEST_STEPS + 1) {
        throw invalid("has an entropy above 8 bits", null);
      }
    }
  }

  private static InvalidInputException invalid(String what, @Nullable Throwable cause) {
    String message = "entropy patcher: the table " + what + "; train it again";
    return cause == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, cause);
  }
}
