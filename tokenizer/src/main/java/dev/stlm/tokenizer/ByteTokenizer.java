package dev.stlm.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * One id a byte: ids 0 to 255 are the bytes, then come the special ids. Lossless by construction.
 *
 * <p>The vocabulary of 260 is a multiple of 4, which the kernels like.
 */
public final class ByteTokenizer implements Tokenizer {
  /** The name in {@code tokenizer.json}. */
  public static final String TYPE = "byte";

  /** Ends a document; also the prefix of an empty context. */
  public static final int END_OF_TEXT = 256;

  /** Fills a batch, and stands for what is masked in training; never scored. */
  public static final int PAD = 257;

  /** Starts a turn of the user in a chat. */
  public static final int USER = 258;

  /** Starts a turn of the assistant in a chat. */
  public static final int ASSISTANT = 259;

  /** Names of the special ids, from 256 on, as they are printed. */
  public static final List<String> SPECIAL_NAMES =
      List.of("<|endoftext|>", "<|pad|>", "<|user|>", "<|assistant|>");

  private static final int VOCABULARY = 256 + SPECIAL_NAMES.size();

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int vocabularySize() {
    return VOCABULARY;
  }

  @Override
  public int endOfText() {
    return END_OF_TEXT;
  }

  @Override
  public int[] encode(byte[] text) {
    int[] ids = new int[text.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = text[i] & 0xFF;
    }
    return ids;
  }

  @Override
  public byte[] decode(int[] ids) {
    byte[] text = new byte[ids.length];
    int n = 0;
    for (int id : ids) {
      if (id < 0 || id >= VOCABULARY) {
        throw new InvalidInputException(
            "tokenizer: id " + id + " is not one of 0 to " + (VOCABULARY - 1));
      }
      if (id < 256) {
        text[n++] = (byte) id;
      }
    }
    return n == text.length ? text : Arrays.copyOf(text, n);
  }
}
