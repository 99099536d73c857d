package dev.stlm.training.prepare;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.internal.prepare.stage.Stages;
import java.nio.file.Path;

/**
 * One preparation of data: set up, run once.
 *
 * <pre>{@code
 * PreparationRecipe recipe =
 *     PreparationRecipe.of(List.of(SourceConfig.of("books", List.of("books.txt.gz"))));
 * DataManifest manifest = new Preparation(recipe, Path.of("prepared")).run();
 * }</pre>
 *
 * <p>A preparation that was killed goes on where it was when it is run again with the same recipe,
 * and gives the same bytes. The heap holds a document of every thread, the signatures of the
 * documents that stay, and the runs of words of the evaluation sets; never the text.
 *
 * @param recipe its settings
 * @param output the directory of the data, new or empty, or of this preparation
 * @param runner where its units run
 * @param listener watches it
 */
public record Preparation(
    PreparationRecipe recipe, Path output, UnitRunner runner, PreparationListener listener) {
  /** On all cores, unwatched. */
  public Preparation(PreparationRecipe recipe, Path output) {
    this(
        recipe,
        output,
        new LocalUnits(Runtime.getRuntime().availableProcessors()),
        new PreparationListener() {});
  }

  /**
   * Prepares the data, or what is missing of it. Data that has been prepared from the same inputs
   * and settings is left as it is.
   *
   * @return the manifest, which is also in the directory
   * @throws InvalidInputException if an input is missing or damaged, nothing is left to train on,
   *     or the directory holds something else or can not be written
   */
  public DataManifest run() {
    return new Stages(recipe, output, runner, listener).run();
  }
}
