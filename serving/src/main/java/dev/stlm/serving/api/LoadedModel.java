package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A model that was loaded before the web framework starts: what is wrong with a checkpoint is said
 * at once and in one line, and the work is not done twice.
 */
public final class LoadedModel {
  private static final AtomicReference<LanguageModel> READY = new AtomicReference<>();

  private LoadedModel() {}

  /**
   * Loads a model for the application that starts next.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the directory is not a sound checkpoint
   */
  public static LanguageModel prepare(String runtime, Path directory) {
    LanguageModel model = ModelRuntimes.load(runtime, directory);
    READY.set(model);
    return model;
  }

  /** The prepared model, or else one that is loaded now. */
  static LanguageModel take(String runtime, Path directory) {
    LanguageModel model = READY.getAndSet(null);
    return model == null ? ModelRuntimes.load(runtime, directory) : model;
  }
}
