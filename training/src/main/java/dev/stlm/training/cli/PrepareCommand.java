package dev.stlm.training.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.cli.StlmCommand;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.prepare.DecontaminationConfig;
import dev.stlm.training.prepare.DuplicatesConfig;
import dev.stlm.training.prepare.LocalUnits;
import dev.stlm.training.prepare.Preparation;
import dev.stlm.training.prepare.PreparationRecipe;
import dev.stlm.training.prepare.SourceConfig;
import dev.stlm.training.prepare.SplitConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm prepare}: files in, shards without duplicates out. */
@Command(
    name = "prepare",
    description = "Prepare text for training: filter, drop duplicates, split, write shards.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Reads .txt, .jsonl, .ndjson (a JSON object a line), each also as .gz or .zst, and",
      ".parquet. Any other file that is named is taken for text.",
      "",
      "DIR/manifest.json says what was read, what was dropped and why, and what is in",
      "the shards. A preparation that was killed goes on with the same command, and",
      "gives the same bytes. Train on it with: stlm train --text DIR",
      "",
      "Example: stlm prepare books=gutenberg/ web=pages.jsonl.zst --filter english --out data"
    })
public final class PrepareCommand implements StlmCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "[NAME=]PATH",
      arity = "0..*",
      description = "A source: a file, or a directory with everything below it.")
  private @Nullable List<String> inputs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the data, new or empty, or of a preparation to go on with.")
  private @Nullable Path out;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = "All settings as JSON, instead of sources and the options below.")
  private @Nullable Path recipe;

  @Option(
      names = "--licence",
      paramLabel = "TEXT",
      description = "Licence of the text, for the manifest.")
  private @Nullable String licence;

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "Field of JSON lines or column of Parquet with the text; default: text.")
  private @Nullable String field;

  @Option(
      names = "--separator",
      paramLabel = "LINE",
      description = "Line between documents of a text file; default: <|endoftext|>.")
  private @Nullable String separator;

  @Option(
      names = "--filter",
      paramLabel = "TYPE",
      description =
          "Filter with its default settings: length, characters, repetition or english; may be"
              + " repeated; default: none.")
  private @Nullable List<String> filters;

  @Option(
      names = "--keep-duplicates",
      description = "Keep documents of the same bytes; default: the first stays.")
  private boolean keepDuplicates;

  @Option(
      names = "--keep-near-duplicates",
      description = "Keep documents that are nearly the same; default: the first stays.")
  private boolean keepNearDuplicates;

  @Option(
      names = "--similarity",
      paramLabel = "SHARE",
      description = "From where on documents are nearly the same, 0.3 to 1; default: 0.8.")
  private @Nullable Double similarity;

  @Option(
      names = "--against",
      paramLabel = "PATH",
      description =
          "Evaluation set, a file or directory: text that has 13 words in a row in common with it"
              + " is cut out; may be repeated.")
  private @Nullable List<String> against;

  @Option(
      names = "--valid",
      paramLabel = "SHARE",
      description = "Share of the documents to measure on; default: 0.01.")
  private @Nullable Double valid;

  @Option(
      names = "--test",
      paramLabel = "SHARE",
      description = "Share of the documents to keep for the end; default: 0.01.")
  private @Nullable Double test;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the split and the hashes; default: 1.")
  private @Nullable Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Files at a time; default: one a core.")
  private @Nullable Integer threads;

  @Override
  public int order() {
    return 19;
  }

  @Override
  public Integer call() {
    Path directory = Objects.requireNonNull(out); // required by picocli
    PreparationRecipe settings = recipe != null ? fromFile(recipe) : fromOptions();
    int cores = Runtime.getRuntime().availableProcessors();
    long start = System.nanoTime();
    try (PreparationProgress progress = new PreparationProgress()) {
      DataManifest manifest =
          new Preparation(settings, directory, new LocalUnits(or(threads, cores)), progress).run();
      progress.close();
      double seconds = (System.nanoTime() - start) / 1e9;
      PrintWriter console = Objects.requireNonNull(spec).commandLine().getOut();
      console.print(PreparationText.of(manifest, seconds));
      console.println("next: stlm train --text " + directory);
      console.flush();
      return 0;
    }
  }

  private PreparationRecipe fromFile(Path file) {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    options.put("a source", inputs);
    options.put("--licence", licence);
    options.put("--field", field);
    options.put("--separator", separator);
    options.put("--filter", filters);
    options.put("--keep-duplicates", keepDuplicates ? true : null);
    options.put("--keep-near-duplicates", keepNearDuplicates ? true : null);
    options.put("--similarity", similarity);
    options.put("--against", against);
    options.put("--valid", valid);
    options.put("--test", test);
    options.put("--seed", seed);
    options.forEach((name, value) -> {
      if (value != null) {
        throw new InvalidInputException(
            "prepare: " + name + " can not be given beside --recipe; write it into the recipe");
      }
    });
    return PreparationRecipe.read(file);
  }

  private PreparationRecipe fromOptions() {
    if (inputs == null || inputs.isEmpty()) {
      throw new InvalidInputException(
          "prepare: there is nothing to read; name files or directories, or a --recipe");
    }
    List<SourceConfig> sources = new ArrayList<>();
    for (String input : inputs) {
      sources.add(
          SourceArgument.parse(
              input, or(licence, SourceConfig.UNKNOWN_LICENCE), or(field, SourceConfig.TEXT)));
    }
    PreparationRecipe base = PreparationRecipe.of(sources);
    DuplicatesConfig same = base.duplicates();
    return new PreparationRecipe(
        base.version(),
        sources,
        or(separator, base.separator()),
        filters(),
        new DuplicatesConfig(
            !keepDuplicates,
            !keepNearDuplicates,
            or(similarity, same.threshold()),
            same.shingles(),
            same.size(),
            same.bands(),
            same.rows()),
        new DecontaminationConfig(or(against, List.<String>of()), base.decontamination().words()),
        new SplitConfig(or(valid, base.split().valid()), or(test, base.split().test())),
        base.shardBytes(),
        or(seed, base.seed()));
  }

  private List<JsonNode> filters() {
    return or(filters, List.<String>of()).stream()
        .map(type -> StrictJson.tree(Map.of("type", type)))
        .toList();
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value != null ? value : otherwise;
  }
}
