package dev.stlm.tokenizer.gpt2;

/**
 * GPT-2's tokens of a text that grows character by character: says of each character whether, in
 * the text up to and including it, a token ends right before it.
 *
 * <p>GPT-2 first cuts a text into pre-tokens and then encodes each on its own. The pre-tokens are
 * the leftmost matches of {@code '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
 * \s+(?!\S)|\s+}. The last pre-token of a text needs no more of the past than its own bytes: its
 * kind, whether the last blank is a space (which the next word takes along), and whether it is an
 * apostrophe that the next one or two letters may join.
 */
final class CausalTokens {
  /** What the last pre-token is, as far as it matters for the next character. */
  private enum Kind {
    /** None yet, or a finished contraction: the next character starts one in any case. */
    CLOSED,
    LETTERS,
    NUMBERS,
    /** Neither letters, numbers nor blanks. */
    SIGNS,
    BLANKS,
    /** An apostrophe alone. */
    APOSTROPHE,
    /** The letter after an apostrophe alone that may be the first of 'll, 've or 're. */
    APOSTROPHE_LETTER
  }

  private static final byte[] APOSTROPHE = {'\''};
  private static final byte[] SPACE = {' '};

  private final GrowingPreToken preToken;
  private Kind kind;
  private int previous;

  CausalTokens() {
    this(new GrowingPreToken(BytePairs.get()), Kind.CLOSED, 0);
  }

  private CausalTokens(GrowingPreToken preToken, Kind kind, int previous) {
    this.preToken = preToken;
    this.kind = kind;
    this.previous = previous;
  }

  CausalTokens copy() {
    return new CausalTokens(preToken.copy(), kind, previous);
  }

  /** Takes a byte that belongs to no character: a token of its own. */
  void stray() {
    kind = Kind.CLOSED;
    preToken.restart();
  }

  /**
   * Takes the next character.
   *
   * @param point its code point
   * @param text holds its UTF-8 bytes from {@code from} on
   * @param length number of these bytes
   * @return true if a token ends right before it, or it is the first character of the text
   */
  boolean accept(int point, byte[] text, int from, int length) {
    Kind next = kindOf(point);
    boolean starts;
    if (kind == Kind.APOSTROPHE && endsShortContraction(point)) {
      next = Kind.CLOSED;
      starts = false;
    } else if (kind == Kind.APOSTROPHE_LETTER && endsLongContraction(point)) {
      // the letter before was a pre-token of its own until now
      preToken.restart();
      preToken.append(APOSTROPHE, 0, 1);
      preToken.append((byte) previous);
      next = Kind.CLOSED;
      starts = false;
    } else if (kind == Kind.BLANKS && next != Kind.BLANKS && previous == ' ') {
      preToken.restart();
      preToken.append(SPACE, 0, 1);
      starts = false;
    } else if (continues(next)) {
      starts = false;
    } else {
      preToken.restart();
      starts = true;
      if (point == '\'') {
        next = Kind.APOSTROPHE;
      } else if (kind == Kind.APOSTROPHE && (point == 'l' || point == 'v' || point == 'r')) {
        next = Kind.APOSTROPHE_LETTER;
      }
    }
    kind = next;
    previous = point;
    preToken.append(text, from, length);
    return starts || preToken.tokenEndsBefore(length);
  }

  private boolean continues(Kind next) {
    return switch (kind) {
      case CLOSED -> false;
      case APOSTROPHE -> next == Kind.SIGNS;
      case APOSTROPHE_LETTER -> next == Kind.LETTERS;
      case LETTERS, NUMBERS, SIGNS, BLANKS -> next == kind;
    };
  }

  private static boolean endsShortContraction(int point) {
    return point == 's' || point == 'd' || point == 'm' || point == 't';
  }

  private boolean endsLongContraction(int point) {
    return previous == 'l' ? point == 'l' : point == 'e';
  }

  /** The classes of the pattern, as the JDK's regular expressions define them for Unicode. */
  private static Kind kindOf(int point) {
    if (point < 0x80) {
      return asciiKind(point);
    }
    if (Character.isLetter(point)) {
      return Kind.LETTERS;
    }
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          Kind.NUMBERS;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          Kind.BLANKS;
      default -> point == 0x85 ? Kind.BLANKS : Kind.SIGNS;
    };
  }

  private static Kind asciiKind(int point) {
    if ((point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z')) {
      return Kind.LETTERS;
    }
    if (point >= '0' && point <= '9') {
      return Kind.NUMBERS;
    }
    return point == ' ' || (point >= '\t' && point <= '\r') ? Kind.BLANKS : Kind.SIGNS;
  }
}
