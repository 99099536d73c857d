package dev.stlm.training.prepare.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.training.internal.prepare.SettingsOverlay;
import dev.stlm.training.prepare.DocumentFilter;
import dev.stlm.training.prepare.FilterProvider;

/** Makes {@link LengthFilter}s. */
public final class LengthFilterProvider implements FilterProvider {
  @Override
  public String type() {
    return "length";
  }

  @Override
  public String help() {
    return "keeps documents of min (1) to max bytes";
  }

  @Override
  public DocumentFilter create(JsonNode settings) {
    return SettingsOverlay.read(settings, LengthFilter.DEFAULT, LengthFilter.class, type());
  }
}
