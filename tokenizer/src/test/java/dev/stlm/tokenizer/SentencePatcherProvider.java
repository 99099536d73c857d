package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;

/** Makes the {@link SentencePatcher}; named in this module's test resources. */
public final class SentencePatcherProvider implements PatcherProvider {
  @Override
  public String type() {
    return "sentence";
  }

  @Override
  public Patcher create(Map<String, String> settings) {
    return new SentencePatcher(
        new ProviderSettings("sentence patcher", settings, List.of("cap")).whole("cap", 200));
  }
}
