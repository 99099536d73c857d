package dev.stlm.tokenizer.entropy;

import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.PatcherProvider;
import dev.stlm.tokenizer.ProviderSettings;
import java.util.List;
import java.util.Map;

/** Makes the {@link EntropyPatcher}; {@code cap} may be left out, the other settings not. */
public final class EntropyPatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return EntropyPatcher.TYPE;
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    ProviderSettings given =
        new ProviderSettings(
            "entropy patcher",
            settings,
            List.of(EntropyPatcher.TABLE, EntropyPatcher.THRESHOLD, EntropyPatcher.CAP));
    return new EntropyPatcher(
        EntropyTable.decode(given.text(EntropyPatcher.TABLE)),
        given.number(EntropyPatcher.THRESHOLD),
        given.whole(EntropyPatcher.CAP, EntropyPatcher.DEFAULT_CAP));
  }
}
