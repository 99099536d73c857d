package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;

/** Makes the {@link StridePatcher}; its one setting, {@code bytes}, may be left out. */
public final class StridePatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return StridePatcher.TYPE;
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    ProviderSettings given =
        new ProviderSettings("stride patcher", settings, List.of(StridePatcher.BYTES));
    return new StridePatcher(given.whole(StridePatcher.BYTES, StridePatcher.DEFAULT_BYTES));
  }
}
