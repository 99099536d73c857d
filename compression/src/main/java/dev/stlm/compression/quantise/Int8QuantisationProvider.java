package dev.stlm.compression.quantise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.model.config.StrictJson;
import java.util.Optional;

/** Reads {@link Int8Quantisation} from a recipe. */
public final class Int8QuantisationProvider implements StepProvider {
  private record Settings(Optional<Integer> group, Optional<Boolean> tables) {}

  @Override
  public String type() {
    return Int8Quantisation.TYPE;
  }

  @Override
  public String help() {
    return "store weights as 8-bit integers: group (columns that share a scale, 0 for a row;"
        + " default 32), tables (whether embeddings too; default true)";
  }

  @Override
  public CompressionStep create(JsonNode json) {
    Settings s = StrictJson.read(json, Settings.class, Int8Quantisation.TYPE);
    return new Int8Quantisation(s.group().orElse(32), s.tables().orElse(true));
  }
}
