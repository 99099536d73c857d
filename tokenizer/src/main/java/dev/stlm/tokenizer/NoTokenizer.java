package dev.stlm.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stands in for a tokenizer that is not there: a model whose files came without one still reads and
 * writes ids. Everything that is about text is refused.
 */
public final class NoTokenizer implements Tokenizer {
  /** The name in {@code tokenizer.json}. */
  public static final String TYPE = "none";

  static final String SIZE = "vocabularySize";
  static final String END = "endOfText";

  private final int vocabularySize;
  private final int endOfText;

  /**
   * Ids without texts.
   *
   * @param vocabularySize number of ids, at least 1
   * @param endOfText the id that ends a document, one of them
   */
  public NoTokenizer(int vocabularySize, int endOfText) {
    if (endOfText < 0 || endOfText >= vocabularySize) {
      throw new InvalidInputException(
          "no tokenizer: endOfText is %d, the vocabularySize %d; it should be one of the ids"
              .formatted(endOfText, vocabularySize));
    }
    this.vocabularySize = vocabularySize;
    this.endOfText = endOfText;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(SIZE, Integer.toString(vocabularySize));
    settings.put(END, Integer.toString(endOfText));
    return settings;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public int endOfText() {
    return endOfText;
  }

  /** {@inheritDoc} Always refused. */
  @Override
  public int[] encode(byte[] text) {
    throw refusal();
  }

  /** {@inheritDoc} Always refused. */
  @Override
  public byte[] decode(int[] ids) {
    throw refusal();
  }

  private static InvalidInputException refusal() {
    return new InvalidInputException(
        "this model came without a tokenizer and knows ids, not text; put its tokenizer.json beside"
            + " its config.json");
  }
}
