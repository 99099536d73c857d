package dev.stlm.training.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.DataManifest.Count;
import dev.stlm.training.data.PreparedData;
import dev.stlm.training.data.Shard;
import dev.stlm.training.data.Split;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
  private static final PreparationListener UNWATCHED = new PreparationListener() {};

  @TempDir private Path dir;
  private final List<String> documents = new ArrayList<>();

  @BeforeEach
  void writeDocuments() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 400; i++) {
      documents.add(
          random
              .ints(60, 0, 3000)
              .mapToObj(word -> "word" + word)
              .collect(Collectors.joining(" ")));
    }
  }

  @Test
  void documentsGoWhereTheManifestSaysAndEachGoesOnce() throws IOException {
    List<String> withDoubles = new ArrayList<>(documents);
    withDoubles.add(documents.get(7));
    withDoubles.add(documents.get(9).replace("word", "Word") + ", more");
    withDoubles.add("short");
    Path out = dir.resolve("out");
    PreparationRecipe recipe =
        recipe(write("a.txt", withDoubles), "[{\"type\": \"length\", \"min\": 10}]");
    DataManifest manifest = new Preparation(recipe, out).run();
    DataManifest.Source source = manifest.sources().getFirst();
    assertThat(source.read().documents()).isEqualTo(403);
    assertThat(source.dropped())
        .containsEntry("length", new Count(1, 5))
        .containsEntry("duplicate", new Count(1, documents.get(7).length()))
        .containsEntry("nearDuplicate", new Count(1, documents.get(9).length() + 6));
    assertThat(source.kept().documents()).isEqualTo(400);
    assertThat(source.licence()).isEqualTo("CC0");
    assertThat(source.inputs().getFirst().sha256())
        .isEqualTo(dev.stlm.model.storage.InputText.sha256(dir.resolve("a.txt")));
    Map<Split, List<String>> read = read(out);
    assertThat(read.values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(documents);
    assertThat(read.get(Split.VALID)).hasSizeBetween(20, 60);
    assertThat(read.get(Split.TEST)).hasSizeBetween(20, 60);
    assertThat(read.get(Split.TRAIN)).hasSize((int) manifest.count(Split.TRAIN).documents());
    assertThat(PreparedData.open(out).manifest()).isEqualTo(manifest);
    assertThat(out.resolve(".work")).doesNotExist();
  }

  @Test
  void whatADocumentIsForDoesNotDependOnTheOthers() throws IOException {
    new Preparation(recipe(write("a.txt", documents), "[]"), dir.resolve("one")).run();
    List<String> shuffled = new ArrayList<>(documents.subList(0, 300));
    Collections.reverse(shuffled);
    new Preparation(recipe(write("b.txt", shuffled), "[]"), dir.resolve("two")).run();
    Map<Split, List<String>> one = read(dir.resolve("one"));
    Map<Split, List<String>> two = read(dir.resolve("two"));
    for (Split split : Split.values()) {
      assertThat(one.get(split)).containsAll(two.get(split));
    }
  }

  @Test
  void aPreparationThatWasInterruptedAnywhereGoesOnAndGivesTheSameBytes() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      files.add(write("part" + i + ".txt", documents.subList(100 * i, 100 * i + 100)));
    }
    PreparationRecipe recipe = recipe(files);
    Path unbroken = dir.resolve("unbroken");
    new Preparation(recipe, unbroken, new LocalUnits(1), UNWATCHED).run();
    // 4 units read, 1 compares, 4 write
    for (int units = 0; units < 9; units++) {
      Path broken = dir.resolve("broken" + units);
      Interrupting interrupting = new Interrupting(units);
      assertThatThrownBy(() -> new Preparation(recipe, broken, interrupting, UNWATCHED).run())
          .isInstanceOf(Interrupted.class);
      assertThat(broken.resolve(DataManifest.FILE)).doesNotExist();
      assertThatThrownBy(() -> PreparedData.open(broken))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("holds no finished data preparation");
      Interrupting rest = new Interrupting(Integer.MAX_VALUE);
      new Preparation(recipe, broken, rest, UNWATCHED).run();
      assertThat(rest.done).isEqualTo(9 - units);
      Directories.assertSame(unbroken, broken);
    }
    Path parallel = dir.resolve("parallel");
    new Preparation(recipe, parallel, new LocalUnits(3), UNWATCHED).run();
    Directories.assertSame(unbroken, parallel);
  }

  @Test
  void aPreparationThatIsThereIsLeftAsItIs() throws IOException {
    Path out = dir.resolve("out");
    PreparationRecipe recipe = recipe(write("a.txt", documents), "[]");
    DataManifest first = new Preparation(recipe, out).run();
    Interrupting none = new Interrupting(0);
    assertThat(new Preparation(recipe, out, none, UNWATCHED).run()).isEqualTo(first);
    PreparationRecipe other = recipe(dir.resolve("a.txt"), "[{\"type\": \"english\"}]");
    assertThatThrownBy(() -> new Preparation(other, out).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            out
                + ": holds data that was prepared from other inputs or settings; give another"
                + " directory");
    write("a.txt", documents.subList(0, 300));
    assertThatThrownBy(() -> new Preparation(recipe, out).run())
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void otherSettingsDoNotGoOnWithWhatWasBegun() throws IOException {
    Path out = dir.resolve("out");
    Path input = write("a.txt", documents);
    assertThatThrownBy(
            () -> new Preparation(recipe(input, "[]"), out, new Interrupting(1), UNWATCHED).run())
        .isInstanceOf(Interrupted.class);
    assertThatThrownBy(() -> new Preparation(recipe(input, "[{\"type\": \"english\"}]"), out).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("other settings that has not ended");
    Path full = Files.createDirectories(dir.resolve("full"));
    Files.writeString(full.resolve("x"), "x");
    assertThatThrownBy(() -> new Preparation(recipe(input, "[]"), full).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void textOfEvaluationSetsIsCutOut() throws IOException {
    String question =
        IntStream.range(0, 20).mapToObj(i -> "q" + i).collect(Collectors.joining(" "));
    Path eval = dir.resolve("eval.jsonl");
    Files.writeString(eval, "{\"question\": \"" + question + "\"}\n");
    List<String> texts = new ArrayList<>(documents.subList(0, 50));
    texts.set(3, documents.get(3) + " " + question);
    texts.set(5, documents.get(5) + " " + question + " " + documents.get(6).replace('w', 'v'));
    PreparationRecipe base = recipe(write("a.txt", texts), "[]");
    PreparationRecipe recipe =
        new PreparationRecipe(
            1,
            base.sources(),
            base.separator(),
            base.filters(),
            base.duplicates(),
            new DecontaminationConfig(List.of(eval.toString()), 13),
            base.split(),
            base.shardBytes(),
            1);
    Path out = dir.resolve("out");
    DataManifest manifest = new Preparation(recipe, out).run();
    DataManifest.Source source = manifest.sources().getFirst();
    assertThat(source.cut().documents()).isEqualTo(2);
    assertThat(source.kept().documents()).isEqualTo(51);
    assertThat(manifest.against().getFirst().path()).isEqualTo(eval.toString());
    assertThat(read(out).values().stream().flatMap(List::stream)).noneMatch(t -> t.contains("q5"));
  }

  @Test
  void shardsEndAtTheirSizeAndProgressAtItsTotal() throws IOException {
    Path out = dir.resolve("out");
    PreparationRecipe base = recipe(write("a.txt", documents), "[]");
    PreparationRecipe small =
        new PreparationRecipe(
            1,
            base.sources(),
            base.separator(),
            base.filters(),
            base.duplicates(),
            base.decontamination(),
            base.split(),
            5000,
            1);
    List<Long> totals = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    PreparationListener listener =
        new PreparationListener() {
          @Override
          public void started(String name, long size, String unit) {
            totals.add(size);
          }

          @Override
          public void progressed(long units) {
            done.set(units);
          }

          @Override
          public void ended() {
            assertThat(done).hasValue(totals.getLast());
          }
        };
    DataManifest manifest = new Preparation(small, out, new LocalUnits(2), listener).run();
    assertThat(totals).hasSize(4);
    assertThat(manifest.shards()).hasSizeGreaterThan(30);
    assertThat(manifest.shards()).allMatch(s -> s.textBytes() < 5000 + 1000);
    assertThat(read(out).values().stream().mapToInt(List::size).sum()).isEqualTo(400);
  }

  @Test
  void nothingToTrainOnIsSaid() throws IOException {
    PreparationRecipe recipe =
        recipe(write("a.txt", documents), "[{\"type\": \"length\", \"min\": 1000000}]");
    assertThatThrownBy(() -> new Preparation(recipe, dir.resolve("out")).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "prepare: no document is left to train on; loosen the filters or give more text");
  }

  @Test
  void aChangedManifestIsFound() throws IOException {
    Path out = dir.resolve("out");
    new Preparation(recipe(write("a.txt", documents), "[]"), out).run();
    Path file = out.resolve(DataManifest.FILE);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"weight\": 1.0", "\"weight\": 2.0"));
    assertThatThrownBy(() -> PreparedData.open(out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("was changed");
  }

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Fails after so many units. */
  private static final class Interrupting implements UnitRunner {
    private final int most;
    private int done;

    Interrupting(int most) {
      this.most = most;
    }

    @Override
    public void run(List<? extends Unit> units, java.util.function.LongConsumer progress) {
      for (Unit unit : units) {
        if (done == most) {
          throw new Interrupted();
        }
        unit.run(progress);
        done++;
      }
    }
  }

  private PreparationRecipe recipe(Path input, String filters) {
    return PreparationRecipe.parse(
        """
        {"version": 1, "filters": %s, "split": {"valid": 0.1, "test": 0.1}, "sources": [
          {"name": "a", "inputs": ["%s"], "licence": "CC0"}]}
        """
            .formatted(filters, input),
        "recipe");
  }

  private PreparationRecipe recipe(List<Path> inputs) {
    String sources =
        inputs.stream()
            .map(p -> "{\"name\": \"s%s\", \"inputs\": [\"%s\"]}".formatted(p.getFileName(), p))
            .collect(Collectors.joining(","));
    return PreparationRecipe.parse("{\"version\": 1, \"sources\": [" + sources + "]}", "recipe");
  }

  private Path write(String name, List<String> texts) throws IOException {
    return Files.writeString(dir.resolve(name), String.join("\n<|endoftext|>\n", texts) + "\n");
  }

  private static Map<Split, List<String>> read(Path directory) {
    PreparedData data = PreparedData.open(directory);
    Map<Split, List<String>> texts = new TreeMap<>();
    for (Split split : Split.values()) {
      List<String> read = new ArrayList<>();
      for (Shard shard : data.shards(split)) {
        for (long i = 0; i < shard.documents(); i++) {
          read.add(new String(shard.document(i).toArray(ValueLayout.JAVA_BYTE), UTF_8));
        }
      }
      texts.put(split, read);
    }
    return texts;
  }
}
