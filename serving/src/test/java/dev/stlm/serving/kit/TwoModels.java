package dev.stlm.serving.kit;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.storage.AtomicDirectory;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Serves two tiny random checkpoints on the CPU: "flat", the first, and "pooled". */
public class TwoModels implements QuarkusTestProfile {
  private static final AtomicReference<@Nullable Path> PARENT = new AtomicReference<>();

  /** The flat model. */
  public static Checkpoint flat() {
    return TinyModels.plain();
  }

  /** The pooled model. */
  public static Checkpoint pooled() {
    Map<String, Checkpoint> variants = TinyModels.variants();
    return variants.entrySet().stream()
        .filter(e -> e.getKey().startsWith("pooled"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  /** Where a model is loaded from. */
  public static Path directory(String name) {
    Path parent = PARENT.get();
    if (parent == null) {
      throw new IllegalStateException("not started");
    }
    return parent.resolve(name);
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(Directories.class));
  }

  /** Writes the checkpoints, and deletes them. */
  public static final class Directories implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      try {
        PARENT.set(Files.createTempDirectory("stlm-serving"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      CheckpointDirectory.write(flat(), directory("flat"));
      CheckpointDirectory.write(pooled(), directory("pooled"));
      return Map.of(
          "stlm.serve.model", directory("flat").toString(),
          "stlm.serve.name", "flat",
          "stlm.serve.others[0].model", directory("pooled").toString(),
          "stlm.serve.others[0].name", "pooled",
          "stlm.serve.reload", "1");
    }

    @Override
    public void stop() {
      Path parent = PARENT.getAndSet(null);
      if (parent != null) {
        try {
          AtomicDirectory.delete(parent);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
