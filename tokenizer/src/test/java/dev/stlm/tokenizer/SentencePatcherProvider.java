package dev.stlm.tokenizer;

import java.util.List;
import java.util.Map;

// @start region="provider"
/** Makes the {@link SentencePatcher}; named in META-INF/services. */
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
// @end
