package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;

/** Makes the {@link WhitespacePatcher}; its one setting, {@code cap}, may be left out. */
public final class WhitespacePatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return WhitespacePatcher.TYPE;
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    ProviderSettings given =
        new ProviderSettings("whitespace patcher", settings, List.of(WhitespacePatcher.CAP));
    return new WhitespacePatcher(given.whole(WhitespacePatcher.CAP, WhitespacePatcher.DEFAULT_CAP));
  }
}
