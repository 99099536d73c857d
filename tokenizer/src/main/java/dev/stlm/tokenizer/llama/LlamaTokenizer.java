package dev.stlm.tokenizer.llama;

import static dev.stlm.tokenizer.llama.LlamaVocabulary.BLANK;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.internal.IntMap;
import dev.stlm.tokenizer.internal.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Byte-pair encoding with byte fallback (Sennrich et al. 2016, arXiv 1508.07909; Kudo and
 * Richardson 2018, arXiv 1808.06226), as Llama has it.
 *
 * <p>A text becomes characters, a blank {@link LlamaVocabulary#BLANK}; a character without a token,
 * and every byte that is not UTF-8, becomes tokens of bytes; then pairs merge, the best first.
 *
 * <p>With {@code prefix}, a text that is not empty gets a blank in front, so that its first word is
 * the token that it is elsewhere. {@link #decode} takes one leading blank away again, {@link
 * #decodeNext} does not. To be lossless on every byte string, this differs from the original in two
 * things: the character U+2581 in a text becomes its bytes (the original makes a blank of it), and
 * special tokens are never made from text.
 */
public final class LlamaTokenizer implements Tokenizer {
  /** The name in {@code tokenizer.json}. */
  public static final String TYPE = "llama";

  private final LlamaVocabulary vocabulary;
  private final int startOfText;
  private final int endOfText;
  private final boolean prefix;
  private final MergeTable merges;
  private final byte[][] bytes; // by id: what it stands for
  private final int[] byteIds = new int[256];
  private final IntMap characters; // token of a code point
  private final int blank;

  /**
   * A tokenizer.
   *
   * @param startOfText the special id before a text
   * @param endOfText the special id after one
   * @param prefix whether a blank is put before a text
   * @throws InvalidInputException if the parts do not fit
   */
  public LlamaTokenizer(
      LlamaVocabulary vocabulary, int startOfText, int endOfText, boolean prefix) {
    this.vocabulary = vocabulary;
    this.startOfText = special("start of text", startOfText);
    this.endOfText = special("end of text", endOfText);
    this.prefix = prefix;
    Map<String, Integer> texts = new HashMap<>();
    bytes = new byte[vocabulary.tokens().size()][];
    for (int id = 0; id < bytes.length; id++) {
      String token = vocabulary.tokens().get(id);
      bytes[id] = new byte[0];
      if (!token.isEmpty() && !vocabulary.special().contains(id)) {
        texts.put(token, id);
        bytes[id] = token.replace(BLANK, ' ').getBytes(StandardCharsets.UTF_8);
      }
    }
    for (int b = 0; b < 256; b++) {
      byteIds[b] = required(texts, LlamaVocabulary.byteToken(b));
      bytes[byteIds[b]] = new byte[] {(byte) b};
    }
    blank = required(texts, String.valueOf(BLANK));
    characters = characters(texts);
    merges = new MergeTable(vocabulary, texts);
  }

  /** The tokens of single characters: the blank's own, and none for U+2581 in a text. */
  private static IntMap characters(Map<String, Integer> texts) {
    IntMap map = new IntMap(2 + Integer.SIZE - Integer.numberOfLeadingZeros(texts.size()));
    texts.forEach((token, id) -> {
      if (token.codePointCount(0, token.length()) == 1) {
        int character = token.codePointAt(0);
        map.put(character == BLANK ? ' ' : character, id);
      }
    });
    return map;
  }

  private int special(String what, int id) {
    if (!vocabulary.special().contains(id)) {
      throw new InvalidInputException(
          "llama tokenizer: " + what + " is " + id + ", which is not a special id");
    }
    return id;
  }

  private static int required(Map<String, Integer> texts, String token) {
    Integer id = texts.get(token);
    if (id == null) {
      throw new InvalidInputException(
          "llama tokenizer: no token " + token + " that text may become");
    }
    return id;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, String> settings() {
    return LlamaSettings.of(this);
  }

  /** The tokens and merges. */
  public LlamaVocabulary vocabulary() {
    return vocabulary;
  }

  /** Whether a blank is put before a text. */
  public boolean prefix() {
    return prefix;
  }

  @Override
  public int vocabularySize() {
    return bytes.length;
  }

  @Override
  public int startOfText() {
    return startOfText;
  }

  @Override
  public int endOfText() {
    return endOfText;
  }

  @Override
  public int[] encode(byte[] text) {
    if (text.length == 0) {
      return new int[0];
    }
    int[] ids = new int[Math.addExact(text.length, 1)];
    int n = 0;
    if (prefix) {
      ids[n++] = blank;
    }
    for (int at = 0; at < text.length; ) {
      int size = Math.max(0, Utf8.character(text, at, text.length));
      int id = size == 0 ? IntMap.ABSENT : characters.get(Utf8.codePoint(text, at, size));
      if (id != IntMap.ABSENT) {
        ids[n++] = id;
        at += size;
      } else {
        for (int end = at + Math.max(1, size); at < end; at++) {
          ids[n++] = byteIds[text[at] & 0xFF];
        }
      }
    }
    return new Merging(merges, ids, n).run();
  }

  @Override
  public byte[] decode(int[] ids) {
    byte[] text = decodeNext(ids);
    return prefix && text.length > 0 && text[0] == ' '
        ? Arrays.copyOfRange(text, 1, text.length)
        : text;
  }

  @Override
  public byte[] decodeNext(int[] ids) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4 * ids.length);
    for (int id : ids) {
      out.writeBytes(bytes(id));
    }
    return out.toByteArray();
  }

  @Override
  public int byteLength(int id) {
    return bytes(id).length;
  }

  private byte[] bytes(int id) {
    if (id < 0 || id >= bytes.length) {
      throw new InvalidInputException(
          "tokenizer: id " + id + " is not one of 0 to " + (bytes.length - 1));
    }
    return bytes[id];
  }

  /** The start of a text, then its ids: what Llama was trained to read. */
  @Override
  public int[] encodePrompt(byte[] text) {
    int[] ids = encode(text);
    int[] prompt = new int[ids.length + 1];
    prompt[0] = startOfText;
    System.arraycopy(ids, 0, prompt, 1, ids.length);
    return prompt;
  }
}
