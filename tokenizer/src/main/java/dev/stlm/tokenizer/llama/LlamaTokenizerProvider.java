package dev.stlm.tokenizer.llama;

import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.TokenizerProvider;
import java.util.Map;

/** Makes the {@link LlamaTokenizer} from what its {@link LlamaTokenizer#settings()} say. */
public final class LlamaTokenizerProvider implements TokenizerProvider {
  @Override
  public String type() {
    return LlamaTokenizer.TYPE;
  }

  @Override
  public Tokenizer create(Map<String, String> settings) {
    return LlamaSettings.read(settings);
  }
}
