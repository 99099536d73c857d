package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.internal.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's byte-pair encoding (Radford et al. 2019) with its vocabulary of 50257 ids, for subword
 * baselines and models of others.
 *
 * <p>Lossless on every byte string: runs of well-formed UTF-8 are encoded as GPT-2 does, every
 * other byte is the id of that byte alone. Equal to the reference on well-formed text; names of
 * special ids in a text are plain text. Which characters are letters, numbers and blanks follows
 * the JDK's version of Unicode. The vocabulary is loaded by the first call that needs it.
 */
public final class Gpt2Tokenizer implements Tokenizer {
  /** The name in {@code tokenizer.json}. */
  public static final String TYPE = "gpt2";

  /** Ends a text; also the prefix of an empty context. */
  public static final int END_OF_TEXT = Gpt2Vocabulary.END_OF_TEXT;

  /** Text is handed over in pieces of about this many bytes, so that memory stays flat. */
  private static final int PIECE = 1 << 16;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int vocabularySize() {
    return Gpt2Vocabulary.SIZE;
  }

  @Override
  public int endOfText() {
    return END_OF_TEXT;
  }

  @Override
  public int[] encode(byte[] text) {
    Ids ids = new Ids(text.length);
    int start = 0;
    int at = 0;
    while (at < text.length) {
      int length = Utf8.character(text, at, text.length);
      if (length <= 0) {
        ids.addWellFormed(text, start, at);
        ids.add(Gpt2Vocabulary.get().id(text[at]));
        at++;
        start = at;
        continue;
      }
      if (at - start >= PIECE && startsBlanks(text, at)) {
        ids.addWellFormed(text, start, at);
        start = at;
      }
      at += length;
    }
    ids.addWellFormed(text, start, at);
    return ids.toArray();
  }

  /**
   * Whether blanks start at a byte: no token spans the place before them, and neither side's tokens
   * depend on the other side.
   */
  private static boolean startsBlanks(byte[] text, int at) {
    return (text[at] == ' ' || text[at] == '\n') && text[at - 1] > ' ' && text[at - 1] < 0x7F;
  }

  @Override
  public byte[] decode(int[] ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(ids.length * 4);
    for (int id : ids) {
      text.writeBytes(bytes(id));
    }
    return text.toByteArray();
  }

  @Override
  public int byteLength(int id) {
    return bytes(id).length;
  }

  private static byte[] bytes(int id) {
    if (id < 0 || id >= Gpt2Vocabulary.SIZE) {
      throw new InvalidInputException(
          "gpt2 tokenizer: id " + id + " is not one of 0 to " + (Gpt2Vocabulary.SIZE - 1));
    }
    return Gpt2Vocabulary.get().bytes(id);
  }

  /** Ids of a text of which there are at most as many as bytes. */
  private static final class Ids {
    private final int most;
    private int[] ids;
    private int count;

    Ids(int most) {
      this.most = most;
      ids = new int[Math.min(most, most / 3 + 16)];
    }

    void addWellFormed(byte[] text, int start, int end) {
      if (start == end) {
        return;
      }
      int[] more =
          Gpt2Vocabulary.get().encode(new String(text, start, end - start, StandardCharsets.UTF_8));
      reserve(more.length);
      System.arraycopy(more, 0, ids, count, more.length);
      count += more.length;
    }

    void add(int id) {
      reserve(1);
      ids[count++] = id;
    }

    private void reserve(int more) {
      if (count + more > ids.length) {
        ids = Arrays.copyOf(ids, (int) Math.min(most, Math.max(count + more, ids.length * 2L)));
      }
    }

    int[] toArray() {
      return Arrays.copyOf(ids, count);
    }
  }
}
