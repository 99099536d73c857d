package dev.stlm.training.prepare.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.training.internal.prepare.SettingsOverlay;
import dev.stlm.training.prepare.DocumentFilter;
import dev.stlm.training.prepare.FilterProvider;

/** Makes {@link EnglishFilter}s. */
public final class EnglishFilterProvider implements FilterProvider {
  @Override
  public String type() {
    return "english";
  }

  @Override
  public String help() {
    return "keeps documents with a share (0.1) of English function words, and short ones (20)";
  }

  @Override
  public DocumentFilter create(JsonNode settings) {
    return SettingsOverlay.read(settings, EnglishFilter.DEFAULT, EnglishFilter.class, type());
  }
}
