package dev.stlm.training.prepare.filter;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.prepare.DocumentFilter;
import java.nio.charset.StandardCharsets;

/**
 * Keeps documents that are made of readable characters: drops binary files, tables of numbers,
 * lists of links. Works for every script.
 *
 * @param printable least share, 0 to 1, of characters that are well-formed UTF-8 and no control
 *     characters other than tabulator and line ends
 * @param letters least share, 0 to 1, of letters and the marks on them among what is not blank;
 *     plain English prose has 0.93 to 0.97
 */
public record CharacterFilter(double printable, double letters) implements DocumentFilter {
  /** 99 % printable, 60 % letters. */
  public static final CharacterFilter DEFAULT = new CharacterFilter(0.99, 0.6);

  private static final int MALFORMED = 0xFFFD;

  public CharacterFilter {
    if (!(printable >= 0 && printable <= 1 && letters >= 0 && letters <= 1)) {
      throw new InvalidInputException(
          "characters: printable is %s and letters %s; allowed: 0 to 1"
              .formatted(printable, letters));
    }
  }

  @Override
  public boolean keeps(byte[] document) {
    String text = new String(document, StandardCharsets.UTF_8);
    long all = 0;
    long unprintable = 0;
    long visible = 0;
    long lettered = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      all++;
      if (c == MALFORMED || (Character.isISOControl(c) && !Character.isWhitespace(c))) {
        unprintable++;
      }
      if (!Character.isWhitespace(c)) {
        visible++;
        lettered += isLetter(c) ? 1 : 0;
      }
    }
    return all - unprintable >= printable * all && lettered >= letters * visible;
  }

  private static boolean isLetter(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
      default -> Character.isLetter(c);
    };
  }
}
