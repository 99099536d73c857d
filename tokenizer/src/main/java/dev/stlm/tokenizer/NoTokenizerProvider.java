package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;

/** Makes the {@link NoTokenizer} from the number of its ids and the one that ends a document. */
public final class NoTokenizerProvider implements TokenizerProvider {
  @Override
  public String type() {
    return NoTokenizer.TYPE;
  }

  @Override
  public Tokenizer create(Map<String, String> values) {
    ProviderSettings settings =
        new ProviderSettings("no tokenizer", values, List.of(NoTokenizer.SIZE, NoTokenizer.END));
    // both are refused by the constructor where they are missing
    return new NoTokenizer(
        settings.whole(NoTokenizer.SIZE, 0), settings.whole(NoTokenizer.END, -1));
  }
}
