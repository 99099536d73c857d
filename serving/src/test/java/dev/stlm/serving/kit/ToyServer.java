package dev.stlm.serving.kit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Serves the toy model, which needs no files. */
public final class ToyServer implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "stlm.serve.model", "no-directory-needed",
        "stlm.serve.name", "toy",
        "stlm.serve.runtime", "toy",
        "stlm.serve.max-body", "65536",
        "stlm.serve.max-active", "8",
        "stlm.serve.max-queue", "64",
        "stlm.serve.max-output", "2048",
        "stlm.serve.watts-per-core", "5");
  }
}
