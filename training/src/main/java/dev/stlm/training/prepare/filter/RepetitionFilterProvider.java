package dev.stlm.training.prepare.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.training.internal.prepare.SettingsOverlay;
import dev.stlm.training.prepare.DocumentFilter;
import dev.stlm.training.prepare.FilterProvider;

/** Makes {@link RepetitionFilter}s. */
public final class RepetitionFilterProvider implements FilterProvider {
  @Override
  public String type() {
    return "repetition";
  }

  @Override
  public String help() {
    return "drops documents with more than a share of repeated lines (0.2) or runs (0.1) of words (10)";
  }

  @Override
  public DocumentFilter create(JsonNode settings) {
    return SettingsOverlay.read(settings, RepetitionFilter.DEFAULT, RepetitionFilter.class, type());
  }
}
