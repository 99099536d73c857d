package dev.stlm.tokenizer;

import java.util.Map;

/**
 * Patches of about a word: a patch ends with the first byte after a word, usually its blank.
 *
 * <p>Word bytes are ASCII letters and digits and every byte from 128 on, so a character of several
 * bytes is never torn by the word rule. Further non-word bytes belong to the patch of the word that
 * follows them, and so does what is before the first word. A patch of {@code cap} bytes ends there
 * in any case (this may split a character): the next byte starts the next patch, no byte is lost.
 *
 * <p>The end is at the byte <em>after</em> the word because only that byte tells that the word is
 * over (compare SpaceByte, Slagle 2024, arXiv 2404.14408, which starts patches there).
 */
public final class WhitespacePatcher implements Patcher {
  /** The name that a config stores. */
  public static final String TYPE = "whitespace";

  /** Most bytes of a patch unless another cap is asked for. */
  public static final int DEFAULT_CAP = 12;

  /** The name of the setting in {@link #settings()}. */
  static final String CAP = "cap";

  private final int cap;

  /** A patcher with the default cap. */
  public WhitespacePatcher() {
    this(DEFAULT_CAP);
  }

  /**
   * A patcher with another cap.
   *
   * @param cap most bytes of a patch, from 1 to 65536
   * @throws InvalidInputException if it is out of range
   */
  public WhitespacePatcher(int cap) {
    this.cap = ProviderSettings.inRange("whitespace patcher", CAP, cap, 1, LARGEST_CAP);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int cap() {
    return cap;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(CAP, Integer.toString(cap));
  }

  @Override
  public Tracker tracker() {
    return new WordTracker(cap, 0, false);
  }

  static boolean isWordByte(byte b) {
    return b < 0 || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
  }

  private static final class WordTracker implements Tracker {
    private final int cap;
    private int length;
    private boolean afterWordByte;

    WordTracker(int cap, int length, boolean afterWordByte) {
      this.cap = cap;
      this.length = length;
      this.afterWordByte = afterWordByte;
    }

    @Override
    public boolean accept(byte b) {
      length++;
      boolean word = isWordByte(b);
      boolean end = (!word && afterWordByte) || length == cap;
      afterWordByte = word;
      if (end) {
        length = 0;
      }
      return end;
    }

    @Override
    public Tracker fork() {
      return new WordTracker(cap, length, afterWordByte);
    }
  }
}
