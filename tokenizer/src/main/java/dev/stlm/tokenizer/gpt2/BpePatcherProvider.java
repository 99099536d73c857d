package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.PatcherProvider;
import dev.stlm.tokenizer.ProviderSettings;
import java.util.List;
import java.util.Map;

/** Makes the {@link BpePatcher}; its one setting, {@code cap}, may be left out. */
public final class BpePatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return BpePatcher.TYPE;
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    ProviderSettings given = new ProviderSettings("bpe patcher", settings, List.of(BpePatcher.CAP));
    return new BpePatcher(given.whole(BpePatcher.CAP, BpePatcher.DEFAULT_CAP));
  }
}
