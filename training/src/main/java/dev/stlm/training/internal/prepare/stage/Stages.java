package dev.stlm.training.internal.prepare.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.DataManifest.Count;
import dev.stlm.training.data.DataManifest.Input;
import dev.stlm.training.data.DataManifest.ShardFile;
import dev.stlm.training.data.DataManifest.Source;
import dev.stlm.training.data.PreparedData;
import dev.stlm.training.data.Split;
import dev.stlm.training.internal.prepare.input.InputFiles;
import dev.stlm.training.prepare.PreparationListener;
import dev.stlm.training.prepare.PreparationRecipe;
import dev.stlm.training.prepare.SourceConfig;
import dev.stlm.training.prepare.Unit;
import dev.stlm.training.prepare.UnitRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A preparation from its inputs to its manifest: hash, read, decide, write. */
public final class Stages {
  private final PreparationRecipe recipe;
  private final Path output;
  private final UnitRunner runner;
  private final PreparationListener listener;

  public Stages(
      PreparationRecipe recipe, Path output, UnitRunner runner, PreparationListener listener) {
    this.recipe = recipe;
    this.output = output;
    this.runner = runner;
    this.listener = listener;
  }

  /** Runs what has not been done yet; see {@code Preparation.run()}. */
  public DataManifest run() {
    Map<SourceConfig, List<Path>> files = new LinkedHashMap<>();
    recipe.sources().forEach(s -> files.put(s, InputFiles.of(s.inputs())));
    List<Path> againstFiles = InputFiles.of(recipe.decontamination().against());
    Map<Path, Input> inputs = hash(files, againstFiles);
    List<Input> against = againstFiles.stream().map(inputs::get).toList();
    Map<SourceConfig, List<Input>> sources = new LinkedHashMap<>();
    files.forEach((s, paths) -> sources.put(s, paths.stream().map(inputs::get).toList()));
    if (PreparedData.isPrepared(output)) {
      DataManifest manifest = PreparedData.open(output).manifest();
      if (isOf(manifest, sources, against)) {
        return manifest;
      }
    }
    try (OutputDirectory directory = OutputDirectory.open(output, recipe)) {
      List<ReadUnit> parts = read(sources, against, directory.work());
      List<WriteUnit> written = write(parts, directory.work());
      DataManifest manifest = manifest(sources, against, parts, written);
      if (manifest.count(Split.TRAIN).documents() == 0) {
        throw new InvalidInputException(
            "prepare: no document is left to train on; loosen the filters or give more text");
      }
      directory.finish(manifest);
      return manifest;
    }
  }

  private List<ReadUnit> read(
      Map<SourceConfig, List<Input>> sources, List<Input> against, Path work) {
    ReadSettings settings = new ReadSettings(recipe, against);
    List<ReadUnit> units = new ArrayList<>();
    sources.forEach((source, inputs) -> {
      for (InputGroup group : InputGroup.of(source, inputs)) {
        units.add(new ReadUnit(group, settings, work));
      }
    });
    runAll("reading", "bytes", units);
    return units;
  }

  private List<WriteUnit> write(List<ReadUnit> parts, Path work) {
    DecideUnit decide = new DecideUnit(parts, recipe, work);
    runAll("comparing", "documents", List.of(decide));
    List<WriteUnit> units = new ArrayList<>();
    long first = 0;
    for (ReadUnit part : parts) {
      units.add(new WriteUnit(part, decide, first, recipe.shardBytes(), output, work));
      first += part.report().kept().documents();
    }
    runAll("writing", "bytes", units);
    return units;
  }

  /** Runs the units of a stage that are not done. */
  private void runAll(String stage, String unit, List<? extends Unit> units) {
    long size = units.stream().mapToLong(Unit::size).sum();
    List<? extends Unit> open = units.stream().filter(u -> !u.isDone()).toList();
    long[] done = {size - open.stream().mapToLong(Unit::size).sum()};
    listener.started(stage, size, unit);
    listener.progressed(done[0]);
    runner.run(
        open,
        more -> {
          synchronized (done) {
            done[0] += more;
            listener.progressed(done[0]);
          }
        });
    listener.ended();
  }

  private Map<Path, Input> hash(Map<SourceConfig, List<Path>> files, List<Path> against) {
    List<Path> all = new ArrayList<>(against);
    files.values().forEach(all::addAll);
    long size = 0;
    try {
      for (Path file : all) {
        size += Files.size(file);
      }
      listener.started("hashing", size, "bytes");
      Map<Path, Input> inputs = new LinkedHashMap<>();
      long done = 0;
      for (Path file : all) {
        if (!inputs.containsKey(file)) {
          inputs.put(file, hash(file, done));
        }
        done += Files.size(file);
      }
      listener.progressed(done);
      listener.ended();
      return inputs;
    } catch (IOException e) {
      throw new InvalidInputException("prepare: an input can not be read (" + e + ")", e);
    }
  }

  private Input hash(Path file, long before) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] chunk = new byte[1 << 20];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        bytes += n;
        listener.progressed(before + bytes);
      }
    }
    return new Input(file.toString(), bytes, Sha256.hex(digest));
  }

  private boolean isOf(
      DataManifest manifest, Map<SourceConfig, List<Input>> sources, List<Input> against) {
    List<List<Input>> inputs = manifest.sources().stream().map(Source::inputs).toList();
    return manifest.recipe().equals(recipeTree())
        && manifest.against().equals(against)
        && inputs.equals(List.copyOf(sources.values()));
  }

  private JsonNode recipeTree() {
    // through text, so that numbers have the types that reading gives them
    return StrictJson.readTree(StrictJson.text(recipe), "recipe");
  }

  private DataManifest manifest(
      Map<SourceConfig, List<Input>> inputs,
      List<Input> against,
      List<ReadUnit> parts,
      List<WriteUnit> written) {
    List<Source> sources = new ArrayList<>();
    List<ShardFile> shards = new ArrayList<>();
    inputs.forEach((config, files) -> {
      Count read = Count.ZERO;
      Count cut = Count.ZERO;
      Count kept = Count.ZERO;
      Tally dropped = new Tally();
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).group().source().equals(config)) {
          ReadUnit.Report reading = parts.get(i).report();
          WriteUnit.Report writing = written.get(i).report();
          read = read.plus(reading.read());
          cut = cut.plus(reading.cut());
          kept = kept.plus(writing.kept());
          dropped.addAll(reading.dropped());
          dropped.addAll(writing.dropped());
          shards.addAll(writing.shards());
        }
      }
      sources.add(
          new Source(
              config.name(),
              config.licence(),
              config.weight(),
              files,
              read,
              cut,
              dropped.counts(),
              kept));
    });
    return new DataManifest(
        DataManifest.VERSION,
        DataManifest.hash(sources, shards),
        recipeTree(),
        against,
        sources,
        shards);
  }
}
