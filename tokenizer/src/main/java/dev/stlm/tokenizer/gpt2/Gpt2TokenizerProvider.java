package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.ProviderSettings;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.TokenizerProvider;
import java.util.Map;

/** Makes the {@link Gpt2Tokenizer}; it has no settings. */
public final class Gpt2TokenizerProvider implements TokenizerProvider {
  @Override
  public String type() {
    return Gpt2Tokenizer.TYPE;
  }

  @Override
  public Tokenizer create(Map<String, String> settings) {
    ProviderSettings.none("gpt2 tokenizer", settings);
    return new Gpt2Tokenizer();
  }
}
