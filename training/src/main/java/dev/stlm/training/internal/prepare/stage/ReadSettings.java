package dev.stlm.training.internal.prepare.stage;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import dev.stlm.training.data.DataManifest.Input;
import dev.stlm.training.internal.prepare.input.DocumentReader;
import dev.stlm.training.internal.prepare.input.EvaluationTexts;
import dev.stlm.training.internal.prepare.sign.Contamination;
import dev.stlm.training.internal.prepare.sign.MinHash;
import dev.stlm.training.prepare.DocumentFilter;
import dev.stlm.training.prepare.FilterTypes;
import dev.stlm.training.prepare.PreparationRecipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What reading needs besides the files, the same for all of them; made from the recipe when it is
 * asked for first. Safe for use by several threads.
 */
final class ReadSettings {
  /** Counts up when the same files and recipe would give other bytes. */
  private static final int VERSION = 1;

  private final PreparationRecipe recipe;
  private final List<Input> against;
  private @Nullable Contamination contamination;
  private @Nullable MinHash minHash;

  /**
   * Settings.
   *
   * @param against the files of {@code decontamination.against}
   */
  ReadSettings(PreparationRecipe recipe, List<Input> against) {
    this.recipe = recipe;
    this.against = against;
  }

  /** A filter and the reason that its documents are counted under. */
  record NamedFilter(String type, DocumentFilter filter) {}

  PreparationRecipe recipe() {
    return recipe;
  }

  /** The filters, in order. */
  List<NamedFilter> filters() {
    return recipe.filters().stream()
        .map(node -> new NamedFilter(node.path("type").asText(), FilterTypes.create(node)))
        .toList();
  }

  /** The runs of words of the evaluation sets. */
  synchronized Contamination contamination() {
    if (contamination == null) {
      Contamination filled = new Contamination(recipe.decontamination().words());
      for (Input file : against) {
        try {
          EvaluationTexts.of(Path.of(file.path()), recipe.separator(), filled::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      contamination = filled;
    }
    return contamination;
  }

  /** Signs documents. */
  synchronized MinHash minHash() {
    if (minHash == null) {
      minHash = new MinHash(recipe.duplicates(), recipe.seed());
    }
    return minHash;
  }

  /** The hash of a group and of everything that decides what is made of it. */
  String key(InputGroup group) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", VERSION);
    all.put("files", names(group.files()));
    all.put("field", group.source().field());
    all.put("separator", recipe.separator());
    all.put("filters", recipe.filters());
    all.put("duplicates", recipe.duplicates());
    all.put("words", recipe.decontamination().words());
    all.put("against", names(against));
    all.put("most", DocumentReader.MAX_DOCUMENT);
    all.put("seed", recipe.seed());
    return Sha256.hex(StrictJson.line(all).getBytes(StandardCharsets.UTF_8));
  }

  /** How files end says how they are read. */
  private static List<String> names(List<Input> files) {
    List<String> names = new ArrayList<>();
    for (Input file : files) {
      String name = String.valueOf(Path.of(file.path()).getFileName());
      names.add(name + " " + file.sha256());
    }
    return names;
  }
}
