package dev.stlm.tokenizer;

import java.util.Map;

/** Makes the {@link ByteTokenizer}; it has no settings. */
public final class ByteTokenizerProvider implements TokenizerProvider {
  @Override
  public String type() {
    return ByteTokenizer.TYPE;
  }

  @Override
  public Tokenizer create(Map<String, String> settings) {
    ProviderSettings.none("byte tokenizer", settings);
    return new ByteTokenizer();
  }
}
