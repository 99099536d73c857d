package dev.stlm.compression.quantise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.model.config.StrictJson;

/** Reads {@link Bf16Cast} from a recipe. */
public final class Bf16CastProvider implements StepProvider {
  private record Settings() {}

  @Override
  public String type() {
    return Bf16Cast.TYPE;
  }

  @Override
  public String help() {
    return "round weights to 16-bit floats (bf16); no settings";
  }

  @Override
  public CompressionStep create(JsonNode json) {
    StrictJson.read(json, Settings.class, Bf16Cast.TYPE);
    return new Bf16Cast();
  }
}
