package dev.stlm.training.prepare;

import static dev.stlm.training.prepare.SettingCheck.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.internal.prepare.SettingsOverlay;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All settings of a preparation, as JSON; whatever is left out has its default:
 *
 * <pre>{@code
 * {"version": 1,
 *  "sources": [
 *    {"name": "books", "inputs": ["books.txt.gz"], "licence": "public domain"},
 *    {"name": "web", "inputs": ["web/"], "licence": "ODC-By 1.0", "field": "content", "weight": 2}],
 *  "filters": [{"type": "length", "min": 200}, {"type": "english"}],
 *  "duplicates": {"threshold": 0.7},
 *  "decontamination": {"against": ["eval/"]},
 *  "split": {"valid": 0.005, "test": 0.005}}
 * }</pre>
 *
 * <p>Relative paths start at the working directory.
 *
 * @param version 1
 * @param sources at least one, of different names
 * @param separator the line between documents of a text file
 * @param filters objects with a {@code type} ({@link FilterTypes}), asked in this order
 * @param duplicates which documents count as the same
 * @param decontamination texts that must not be learned
 * @param split what is held out
 * @param shardBytes bytes of text after which a shard ends, 1 KiB to 1 GiB
 * @param seed of the split and of the hashes for near duplicates
 */
public record PreparationRecipe(
    int version,
    List<SourceConfig> sources,
    String separator,
    List<JsonNode> filters,
    DuplicatesConfig duplicates,
    DecontaminationConfig decontamination,
    SplitConfig split,
    long shardBytes,
    long seed) {
  /** The version of the format. */
  public static final int VERSION = 1;

  /** The line between documents where nothing is said. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final SourceConfig ANY_SOURCE = SourceConfig.of("any", List.of("any"));
  private static final long USUAL_SHARD = 256L << 20;

  public PreparationRecipe {
    sources = List.copyOf(sources);
    filters = List.copyOf(filters);
    check("version", version, version == VERSION, "" + VERSION);
    check("sources", sources, !sources.isEmpty(), "at least one");
    Set<String> names = new HashSet<>();
    for (SourceConfig source : sources) {
      check("name of a source", source.name(), names.add(source.name()), "one name a source");
    }
    check(
        "separator",
        "\"" + separator + "\"",
        !separator.isBlank() && separator.lines().count() == 1,
        "one line that is not blank");
    check(
        "shardBytes",
        shardBytes,
        shardBytes >= 1 << 10 && shardBytes <= 1 << 30,
        "1024 to 1073741824");
    filters.forEach(FilterTypes::create);
  }

  /** The defaults. */
  public static PreparationRecipe of(List<SourceConfig> sources) {
    return new PreparationRecipe(
        VERSION,
        sources,
        END_OF_TEXT,
        List.of(),
        DuplicatesConfig.DEFAULT,
        DecontaminationConfig.NONE,
        SplitConfig.DEFAULT,
        USUAL_SHARD,
        1);
  }

  /**
   * Reads a recipe file.
   *
   * @throws InvalidInputException naming the file and the key that is wrong
   */
  public static PreparationRecipe read(Path file) {
    return parse(StrictJson.readTree(file), file.toString());
  }

  /**
   * Reads a recipe from text.
   *
   * @param where names the text in errors
   */
  public static PreparationRecipe parse(String json, String where) {
    return parse(StrictJson.readTree(json, where), where);
  }

  private static PreparationRecipe parse(JsonNode tree, String where) {
    if (!(tree instanceof ObjectNode given) || !tree.has("version")) {
      throw new InvalidInputException(
          where + ": is not a recipe; start it with {\"version\": " + VERSION + ",");
    }
    ObjectNode defaults = (ObjectNode) StrictJson.tree(of(List.of(ANY_SOURCE)));
    ObjectNode source = (ObjectNode) defaults.remove("sources").path(0);
    source.remove(List.of("name", "inputs"));
    ObjectNode whole = SettingsOverlay.over(defaults, given);
    for (JsonNode one : whole.path("sources")) {
      if (one instanceof ObjectNode object) {
        object.setAll(SettingsOverlay.over(source, object));
      }
    }
    return StrictJson.read(whole, PreparationRecipe.class, where);
  }
}
