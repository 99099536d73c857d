package dev.stlm.compression.quantise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.model.config.StrictJson;
import java.util.Optional;

/** Reads {@link Int4Quantisation} from a recipe. */
public final class Int4QuantisationProvider implements StepProvider {
  private record Settings(Optional<Integer> group, Optional<Boolean> tables) {}

  @Override
  public String type() {
    return Int4Quantisation.TYPE;
  }

  @Override
  public String help() {
    return "store weights as 4-bit integers: group (columns that share a scale, even; default 32),"
        + " tables (whether embeddings too; default true)";
  }

  @Override
  public CompressionStep create(JsonNode json) {
    Settings s = StrictJson.read(json, Settings.class, Int4Quantisation.TYPE);
    return new Int4Quantisation(s.group().orElse(32), s.tables().orElse(true));
  }
}
