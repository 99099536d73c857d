package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.runtime.CpuRuntime;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Models that were loaded before the web framework starts: what is wrong with a checkpoint is said
 * at once and in one line, and the work is not done twice.
 */
public final class LoadedModel {
  private static final ConcurrentHashMap<Path, LanguageModel> READY = new ConcurrentHashMap<>();

  private LoadedModel() {}

  /**
   * Loads a model for the application that starts next.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the directory is not a sound checkpoint
   */
  public static LanguageModel prepare(String runtime, Path directory) {
    LanguageModel model = load(runtime, directory);
    READY.put(directory, model);
    return model;
  }

  /** The prepared model, or else one that is loaded now. */
  static LanguageModel take(String runtime, Path directory) {
    LanguageModel model = READY.remove(directory);
    return model == null ? load(runtime, directory) : model;
  }

  /**
   * Loads a model.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the directory is not a sound checkpoint
   */
  static LanguageModel load(String runtime, Path directory) {
    // the usual runtime is not searched for: that would take an executable a millisecond
    return runtime.equals(CpuRuntime.NAME)
        ? new CpuRuntime().load(directory)
        : ModelRuntimes.load(runtime, directory);
  }
}
