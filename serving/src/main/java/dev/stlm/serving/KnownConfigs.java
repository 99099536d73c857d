package dev.stlm.serving;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import java.util.List;
import java.util.Map;

/**
 * Has one config of each kind read while an executable is built, so that what the JSON reader finds
 * out about the records is part of it and not found out at every start. On a JVM it does nothing.
 */
final class KnownConfigs {
  private static final int READ = read();

  private KnownConfigs() {}

  /** Number of configs that were read, 0 on a JVM; who asks makes this a part of an executable. */
  static int count() {
    return READ;
  }

  private static int read() {
    if (!"buildtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"))) {
      return 0;
    }
    List<String> names = List.of("tiny", "tiny-pooled", "10m", "10m-pooled");
    for (String name : names) {
      StrictJson.read(StrictJson.text(Presets.named(name)), ModelConfig.class, name);
    }
    History history = new History(List.of(new History.Entry("step/1", Map.of("key", "value"))));
    StrictJson.read(StrictJson.text(history), History.class, "history");
    return names.size();
  }
}
