package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.ProviderSettings;
import dev.stlm.tokenizer.internal.Utf8;
import java.util.Map;

/**
 * Patches of about a GPT-2 token: a patch ends with the first character after a token.
 *
 * <p>GPT-2's encoding looks ahead: whether a token ends depends on what follows. The causal form
 * here: a patch ends at a byte if that byte completes a character (or belongs to none), the patch
 * holds bytes before that character, and the encoding by {@link Gpt2Tokenizer} of the text up to
 * and including it, and nothing later, has a token that ends right before it. As with the {@link
 * dev.stlm.tokenizer.WhitespacePatcher}, only the next character tells that a token is over. A
 * patch of {@code cap} bytes ends in any case, which alone may split a character.
 *
 * <p>Bytes that belong to no well-formed character are tokens of their own. While bytes may still
 * become a character nothing ends; what turns out not to have been one is over by then.
 *
 * <p>Streaming is exact and costs the same for every byte, however long a word or a run of blanks
 * grows: see {@link GrowingPreToken}. GPT-2's merges are loaded by the first tracker.
 */
public final class BpePatcher implements Patcher {
  /** The name that a config stores. */
  public static final String TYPE = "bpe";

  /** Most bytes of a patch unless another cap is asked for. */
  public static final int DEFAULT_CAP = 12;

  /** The name of the setting in {@link #settings()}. */
  static final String CAP = "cap";

  private final int cap;

  /**
   * A patcher.
   *
   * @param cap most bytes of a patch, from 1 to 65536
   * @throws dev.stlm.tokenizer.InvalidInputException if it is out of range
   */
  public BpePatcher(int cap) {
    this.cap = ProviderSettings.inRange("bpe patcher", CAP, cap, 1, LARGEST_CAP);
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
    return new TokenTracker(cap, new CausalTokens());
  }

  private static final class TokenTracker implements Tracker {
    private final int cap;
    private final CausalTokens tokens;

    /** Bytes that may still become a character. */
    private final byte[] open = new byte[4];

    private int openBytes;
    private int length;

    TokenTracker(int cap, CausalTokens tokens) {
      this.cap = cap;
      this.tokens = tokens;
    }

    @Override
    public boolean accept(byte b) {
      length++;
      open[openBytes++] = b;
      boolean end = tokenEnded() || length == cap;
      if (end) {
        length = 0;
      }
      return end;
    }

    /** Whether the last open byte shows that a token ended, inside this patch. */
    private boolean tokenEnded() {
      boolean tokenBefore = false;
      int at = 0;
      int unit = 0;
      while (at < openBytes) {
        unit = Utf8.character(open, at, openBytes);
        if (unit == Utf8.CUT) {
          break;
        }
        if (unit == 0) {
          tokens.stray();
          tokenBefore = true;
          unit = 1;
        } else {
          tokenBefore = tokens.accept(Utf8.codePoint(open, at, unit), open, at, unit);
        }
        at += unit;
      }
      System.arraycopy(open, at, open, 0, openBytes - at);
      openBytes -= at;
      return openBytes == 0 && tokenBefore && length > unit;
    }

    @Override
    public Tracker fork() {
      TokenTracker fork = new TokenTracker(cap, tokens.copy());
      System.arraycopy(open, 0, fork.open, 0, openBytes);
      fork.openBytes = openBytes;
      fork.length = length;
      return fork;
    }
  }
}
