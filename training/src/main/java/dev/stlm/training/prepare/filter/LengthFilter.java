package dev.stlm.training.prepare.filter;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.prepare.DocumentFilter;

/**
 * Keeps documents of a certain length.
 *
 * @param min bytes, at least; from 0
 * @param max bytes, at most
 */
public record LengthFilter(long min, long max) implements DocumentFilter {
  /** Any document with a byte. */
  public static final LengthFilter DEFAULT = new LengthFilter(1, Long.MAX_VALUE);

  public LengthFilter {
    if (min < 0 || max < min) {
      throw new InvalidInputException(
          "length: min is %d and max %d; min is to be 0 or more and at most max"
              .formatted(min, max));
    }
  }

  @Override
  public boolean keeps(byte[] document) {
    return document.length >= min && document.length <= max;
  }
}
