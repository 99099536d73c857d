package dev.stlm.serving;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.serving.cli.NativeImage;
import java.util.List;
import java.util.Map;

/**
 * Has one config of each kind read while an executable is built, so that what the JSON reader finds
 * out about the records is part of it and not found out at every start.
 */
final class KnownConfigs {
  private KnownConfigs() {}

  /** For an initialiser that runs at build time; on a JVM, and at run time, it does nothing. */
  static void read() {
    if (!NativeImage.isBuilt()) {
      return;
    }
    for (String name : List.of("tiny", "tiny-pooled", "10m", "10m-pooled")) {
      StrictJson.read(StrictJson.text(Presets.named(name)), ModelConfig.class, name);
    }
    History history = new History(List.of(new History.Entry("step/1", Map.of("key", "value"))));
    StrictJson.read(StrictJson.text(history), History.class, "history");
  }
}
