package dev.stlm.training.prepare.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.training.internal.prepare.SettingsOverlay;
import dev.stlm.training.prepare.DocumentFilter;
import dev.stlm.training.prepare.FilterProvider;

/** Makes {@link CharacterFilter}s. */
public final class CharacterFilterProvider implements FilterProvider {
  @Override
  public String type() {
    return "characters";
  }

  @Override
  public String help() {
    return "drops documents with less than a share of printable characters (0.99) or of letters (0.6)";
  }

  @Override
  public DocumentFilter create(JsonNode settings) {
    return SettingsOverlay.read(settings, CharacterFilter.DEFAULT, CharacterFilter.class, type());
  }
}
