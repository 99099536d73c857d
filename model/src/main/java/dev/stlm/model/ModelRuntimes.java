package dev.stlm.model;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** The runtimes on the class path, by name. */
public final class ModelRuntimes {
  /** The runtime that is always there. */
  public static final String DEFAULT = "cpu";

  private ModelRuntimes() {}

  /** Names of the runtimes that are present, sorted. */
  public static List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    providers().forEach(p -> names.add(p.name()));
    return List.copyOf(names);
  }

  /**
   * Loads a checkpoint directory.
   *
   * @param runtime a runtime's name
   * @throws InvalidInputException if there is no such runtime or the directory is not a checkpoint
   */
  public static LanguageModel load(String runtime, Path checkpointDirectory) {
    return provider(runtime).load(checkpointDirectory);
  }

  /**
   * Runs a checkpoint that is in memory.
   *
   * @param runtime a runtime's name
   * @throws InvalidInputException if there is no such runtime
   */
  public static LanguageModel load(String runtime, Checkpoint checkpoint) {
    return provider(runtime).load(checkpoint);
  }

  private static RuntimeProvider provider(String name) {
    for (RuntimeProvider p : providers()) {
      if (p.name().equals(name)) {
        return p;
      }
    }
    throw new InvalidInputException(
        "runtime: there is no runtime '" + name + "'; use one of " + String.join(", ", names()));
  }

  private static Iterable<RuntimeProvider> providers() {
    return ServiceLoader.load(RuntimeProvider.class);
  }
}
