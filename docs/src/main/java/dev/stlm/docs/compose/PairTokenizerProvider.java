package dev.stlm.docs.compose;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.TokenizerProvider;
import java.util.Map;

// @start region="tokenizer-provider"
/** Makes a {@link PairTokenizer} from a checkpoint's {@code tokenizer.json}. */
public final class PairTokenizerProvider implements TokenizerProvider {
  @Override
  public String type() {
    return PairTokenizer.TYPE;
  }

  @Override
  public Tokenizer create(Map<String, String> settings) {
    String pairs = settings.get("pairs");
    if (pairs == null || settings.size() != 1) {
      throw new InvalidInputException(
          PairTokenizer.TYPE + ": has " + settings.keySet() + "; give pairs and nothing else");
    }
    return new PairTokenizer(pairs);
  }
}
// @end
