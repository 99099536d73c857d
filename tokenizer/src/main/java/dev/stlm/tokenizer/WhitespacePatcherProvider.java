package dev.stlm.tokenizer;

import java.util.Map;

/** Makes the {@link WhitespacePatcher}; its one setting, {@code cap}, may be left out. */
public final class WhitespacePatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return WhitespacePatcher.TYPE;
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    for (String key : settings.keySet()) {
      if (!key.equals(WhitespacePatcher.CAP)) {
        throw new InvalidInputException(
            "whitespace patcher: unknown setting " + key + "; allowed: " + WhitespacePatcher.CAP);
      }
    }
    String cap = settings.get(WhitespacePatcher.CAP);
    if (cap == null) {
      return new WhitespacePatcher();
    }
    try {
      return new WhitespacePatcher(Integer.parseInt(cap));
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "whitespace patcher: cap is \"" + cap + "\"; it should be a whole number", e);
    }
  }
}
