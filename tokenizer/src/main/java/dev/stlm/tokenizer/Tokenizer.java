package dev.stlm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Bytes to ids and back, without loss: {@code decode(encode(x))} equals {@code x} for every byte
 * string, valid UTF-8 or not.
 *
 * <p>Ids are in {@code [0, vocabularySize())}. Special ids (end of text and the like) are never
 * made by {@link #encode(byte[])}, whatever the text says, and {@link #decode(int[])} drops them,
 * since they stand for no bytes. Implementations are immutable and safe for use by several threads.
 */
public interface Tokenizer {
  /**
   * The name that {@code tokenizer.json} stores and a {@link TokenizerProvider} is looked up by,
   * such as "byte".
   */
  String type();

  /**
   * What a {@link TokenizerProvider} needs to make this tokenizer again: the other entries of
   * {@code tokenizer.json}, in the order they are written.
   */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Number of ids, special ones included. */
  int vocabularySize();

  /** The id that ends a document and, where there is no other id for that, starts the next. */
  int endOfText();

  /** The id that starts a document: also the prefix of an empty context. */
  default int startOfText() {
    return endOfText();
  }

  /** Ids of the bytes, in order; no special ids are added. */
  int[] encode(byte[] text);

  /**
   * The bytes that the ids stand for; special ids stand for none.
   *
   * @throws InvalidInputException if an id is outside {@code [0, vocabularySize())}
   */
  byte[] decode(int[] ids);

  /**
   * The bytes that ids stand for after others: where {@link #decode(int[])} treats the start of a
   * text in its own way, this does not.
   *
   * @throws InvalidInputException if an id is outside {@code [0, vocabularySize())}
   */
  default byte[] decodeNext(int[] ids) {
    return decode(ids);
  }

  /**
   * What a model reads before it writes on: the ids of the bytes, after {@link #startOfText()} if
   * there are none or if the tokenizer's models always see it.
   *
   * @return at least one id
   */
  default int[] encodePrompt(byte[] text) {
    int[] ids = encode(text);
    return ids.length == 0 ? new int[] {startOfText()} : ids;
  }

  /**
   * Number of bytes that an id stands for, 0 for a special one: what turns a loss per id into bits
   * per byte.
   *
   * @throws InvalidInputException if the id is outside {@code [0, vocabularySize())}
   */
  default int byteLength(int id) {
    return decode(new int[] {id}).length;
  }

  /** Ids of the UTF-8 bytes of a string. */
  default int[] encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }
}
