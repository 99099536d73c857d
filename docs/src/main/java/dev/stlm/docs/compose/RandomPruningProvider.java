package dev.stlm.docs.compose;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.model.config.StrictJson;

// @start region="step-provider"
/** Reads {@link RandomPruning} from a recipe. */
public final class RandomPruningProvider implements StepProvider {
  @Override
  public String type() {
    return RandomPruning.TYPE;
  }

  @Override
  public String help() {
    return "set weights to zero by chance: sparsity (0 to 0.99)";
  }

  @Override
  public CompressionStep create(JsonNode settings) {
    // the record's components are the keys that are allowed
    return StrictJson.read(settings, RandomPruning.class, RandomPruning.TYPE);
  }
}
// @end
