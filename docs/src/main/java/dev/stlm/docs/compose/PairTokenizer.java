package dev.stlm.docs.compose;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

// @start region="tokenizer"
/**
 * Bytes, and one id for each of some pairs of ASCII characters: common pairs make texts shorter.
 *
 * <p>Ids 0 to 255 are the bytes, 256 ends a text, 257 and up are the pairs. Reads from left to
 * right and takes a pair where it can; whatever is no pair goes byte by byte, so nothing is lost.
 */
public final class PairTokenizer implements Tokenizer {
  /** The name in {@code tokenizer.json}. */
  public static final String TYPE = "pairs";

  private static final int END_OF_TEXT = 256;

  private final String pairs;
  // by first byte · 128 + second byte: the id, or 0 for no pair
  private final int[] idOfPair = new int[128 * 128];

  /**
   * A tokenizer.
   *
   * @param pairs two characters each, one pair after the other, such as "thhein"
   */
  public PairTokenizer(String pairs) {
    this.pairs = pairs;
    if (pairs.length() % 2 != 0 || !StandardCharsets.US_ASCII.newEncoder().canEncode(pairs)) {
      throw new InvalidInputException(
          TYPE + ": pairs is \"" + pairs + "\"; give two ASCII characters a pair");
    }
    for (int i = 0; i < pairs.length(); i += 2) {
      int key = pairs.charAt(i) * 128 + pairs.charAt(i + 1);
      if (idOfPair[key] != 0) {
        throw new InvalidInputException(
            TYPE + ": \"" + pairs.substring(i, i + 2) + "\" is there twice; name it once");
      }
      idOfPair[key] = END_OF_TEXT + 1 + i / 2;
    }
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("pairs", pairs);
  }

  @Override
  public int vocabularySize() {
    return END_OF_TEXT + 1 + pairs.length() / 2;
  }

  @Override
  public int endOfText() {
    return END_OF_TEXT;
  }

  @Override
  public int[] encode(byte[] text) {
    int[] ids = new int[text.length];
    int n = 0;
    for (int i = 0; i < text.length; i++) {
      // bytes from 128 on are negative: no pair starts or ends with one
      boolean ascii = i + 1 < text.length && text[i] >= 0 && text[i + 1] >= 0;
      int pair = ascii ? idOfPair[text[i] * 128 + text[i + 1]] : 0;
      if (pair != 0) {
        ids[n++] = pair;
        i++;
      } else {
        ids[n++] = text[i] & 0xFF;
      }
    }
    return Arrays.copyOf(ids, n);
  }

  @Override
  public byte[] decode(int[] ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(2 * ids.length);
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize()) {
        throw new InvalidInputException(
            TYPE + ": id " + id + " is not one of 0 to " + (vocabularySize() - 1));
      }
      if (id < END_OF_TEXT) {
        text.write(id);
      } else if (id > END_OF_TEXT) {
        int at = 2 * (id - END_OF_TEXT - 1);
        text.write(pairs.charAt(at));
        text.write(pairs.charAt(at + 1));
      }
    }
    return text.toByteArray();
  }
}
// @end
