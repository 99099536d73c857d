package dev.stlm.compression.prune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepProvider;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.model.config.StrictJson;
import java.util.Optional;

/** Reads {@link MagnitudePruning} from a recipe. */
public final class MagnitudePruningProvider implements StepProvider {
  private record Settings(double sparsity, Optional<Scope> scope, Optional<Boolean> tables) {}

  @Override
  public String type() {
    return MagnitudePruning.TYPE;
  }

  @Override
  public String help() {
    return "set the smallest weights to zero: sparsity (0 to 0.99), scope (parameter, global;"
        + " default parameter), tables (whether embeddings too; default false)";
  }

  @Override
  public CompressionStep create(JsonNode json) {
    Settings s = StrictJson.read(json, Settings.class, MagnitudePruning.TYPE);
    return new MagnitudePruning(
        s.sparsity(), s.scope().orElse(Scope.PARAMETER), s.tables().orElse(false));
  }
}
