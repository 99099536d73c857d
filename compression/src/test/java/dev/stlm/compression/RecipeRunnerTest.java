package dev.stlm.compression;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.prune.MagnitudePruning;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.compression.quantise.Int8Quantisation;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeRunnerTest {
  private static final CompressionStep PRUNE = new MagnitudePruning(0.9, Scope.PARAMETER, true);
  private static final CompressionStep INT8 = new Int8Quantisation(8, true);

  @TempDir private Path folder;
  private final List<Integer> scoredTexts = new ArrayList<>();

  @BeforeEach
  void writeFiles() throws IOException {
    CheckpointDirectory.write(SmallModels.random(SmallModels.tied(), 1), folder.resolve("model"));
    Files.writeString(folder.resolve("train.txt"), "text to learn from");
    Files.writeString(folder.resolve("heldout.txt"), "held-out text");
  }

  @Test
  void writesTheFinalModelTheReportAndOneHistoryEntryAStep() {
    RecipeReport report = run(new Recipe(5, List.of(PRUNE, INT8)));

    Checkpoint output = CheckpointDirectory.open(folder.resolve("out"));
    assertThat(CheckpointHash.of(output)).isEqualTo(report.outputHash());
    assertThat(output.tensors().get("embed")).isInstanceOf(Tensor.Int8.class);
    assertThat(output.history().entries())
        .extracting(History.Entry::step)
        .containsExactly("prune.magnitude/1", "quantise.int8/1");
    assertThat(output.history().entries().get(1).details())
        .containsEntry("seed", "6")
        .containsEntry("group", "8");
    assertThat(StrictJson.read(folder.resolve("work/report.json"), RecipeReport.class))
        .isEqualTo(report);
  }

  @Test
  void reportsTheModelBeforeAndAfterEachStep() throws IOException {
    RecipeReport report = run(new Recipe(0, List.of(PRUNE, INT8)));

    StepReport pruning = report.steps().get(0);
    StepReport quantising = report.steps().get(1);
    assertThat(pruning.before()).isEqualTo(report.input());
    assertThat(quantising.before()).isEqualTo(pruning.after());
    assertThat(pruning.after().parameters()).isEqualTo(report.input().parameters());
    assertThat(pruning.after().nonZeroParameters())
        .isLessThan(report.input().nonZeroParameters() / 5);
    assertThat(pruning.after().heldOutBytes()).isEqualTo("held-out text".length());
    assertThat(quantising.after().weightBytes())
        .isEqualTo(Files.size(folder.resolve("out/model.safetensors")));
    assertThat(report.table()).contains("prune 90 % by magnitude").contains("quantise to int8");
  }

  @Test
  void goesOnAfterTheLastFinishedStep() throws IOException {
    Counting counting = new Counting(PRUNE);
    Recipe failing = new Recipe(0, List.of(counting, new Failing()));
    assertThatThrownBy(() -> run(failing)).hasMessage("killed");
    assertThat(folder.resolve("out")).doesNotExist();

    RecipeReport report = run(new Recipe(0, List.of(counting, INT8)));

    assertThat(counting.runs).isEqualTo(1);
    assertThat(report.steps()).extracting(StepReport::resumed).containsExactly(true, false);
    byte[] resumed = Files.readAllBytes(folder.resolve("out/model.safetensors"));
    runIn("unbroken", new Recipe(0, List.of(PRUNE, INT8)));
    assertThat(Files.readAllBytes(folder.resolve("out/model.safetensors"))).isEqualTo(resumed);
  }

  @Test
  void repeatsNothingWhenEverythingIsTheSame() {
    Counting counting = new Counting(PRUNE);
    run(new Recipe(0, List.of(counting, INT8)));
    scoredTexts.clear();
    RecipeReport again = run(new Recipe(0, List.of(counting, INT8)));
    assertThat(counting.runs).isEqualTo(1);
    assertThat(again.steps()).allMatch(StepReport::resumed);
    assertThat(scoredTexts).isEmpty();
  }

  @Test
  void repeatsAStepWhoseSeedTextOrInputIsAnother() throws IOException {
    Counting counting = new Counting(PRUNE);
    run(new Recipe(0, List.of(counting)));
    run(new Recipe(1, List.of(counting)));
    assertThat(counting.runs).isEqualTo(2);
    Files.writeString(folder.resolve("train.txt"), "another text");
    run(new Recipe(1, List.of(counting)));
    assertThat(counting.runs).isEqualTo(3);
    CheckpointDirectory.write(SmallModels.random(SmallModels.tied(), 2), folder.resolve("model"));
    run(new Recipe(1, List.of(counting)));
    assertThat(counting.runs).isEqualTo(4);
  }

  @Test
  void repeatsAStepWhoseCheckpointIsDamaged() throws IOException {
    Counting counting = new Counting(PRUNE);
    run(new Recipe(0, List.of(counting)));
    Files.write(folder.resolve("work/01-prune.magnitude/model.safetensors"), new byte[3]);
    run(new Recipe(0, List.of(counting)));
    assertThat(counting.runs).isEqualTo(2);
  }

  @Test
  void anotherHeldOutTextIsScoredWithoutRepeatingTheStep() throws IOException {
    Counting counting = new Counting(PRUNE);
    run(new Recipe(0, List.of(counting)));
    Files.writeString(folder.resolve("heldout.txt"), "other");
    scoredTexts.clear();
    RecipeReport report = run(new Recipe(0, List.of(counting)));
    assertThat(counting.runs).isEqualTo(1);
    assertThat(scoredTexts).containsExactly(5, 5);
    assertThat(report.steps().getFirst().after().heldOutBytes()).isEqualTo(5);
  }

  @Test
  void refusesFilesThatDoNotFitBeforeAnythingRuns() throws IOException {
    Counting counting = new Counting(PRUNE);
    Recipe recipe = new Recipe(0, List.of(counting));
    Files.writeString(folder.resolve("heldout.txt"), "");
    assertThatThrownBy(() -> run(recipe))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("heldout.txt: is empty; give a text with at least one byte");
    Files.delete(folder.resolve("heldout.txt"));
    assertThatThrownBy(() -> run(recipe))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("heldout.txt: no such file; check the path");
    Files.writeString(folder.resolve("heldout.txt"), "text");
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/letters.txt"), "mine");
    assertThatThrownBy(() -> run(recipe))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("letters.txt");
    assertThat(counting.runs).isZero();
    assertThat(folder.resolve("out/letters.txt")).hasContent("mine");
  }

  @Test
  void aTextIsNeededOnlyByStepsThatLearn() throws IOException {
    Counting counting = new Counting(PRUNE);
    assertThat(runIn("work", new Recipe(0, List.of(counting, INT8)), Optional.empty()).steps())
        .hasSize(2);
    CompressionStep distil =
        Recipe.parse(
                """
                {"version": 1, "steps": [{"type": "distil", "weight": 0, "steps": 5}]}
                """,
                "recipe")
            .steps()
            .getFirst();
    Recipe learning = new Recipe(1, List.of(counting, distil));
    assertThatThrownBy(() -> runIn("other", learning, Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("recipe: the step \"train for 5 steps\" needs a text; give one (--text FILE)");
    assertThat(counting.runs).isEqualTo(1);
    assertThat(folder.resolve("other")).doesNotExist();
  }

  private RecipeReport run(Recipe recipe) {
    return runIn("work", recipe);
  }

  private RecipeReport runIn(String work, Recipe recipe) {
    return runIn(work, recipe, Optional.of(folder.resolve("train.txt")));
  }

  private RecipeReport runIn(String work, Recipe recipe, Optional<Path> text) {
    RecipeJob job =
        new RecipeJob(
            folder.resolve("model"),
            folder.resolve("out"),
            folder.resolve(work),
            text,
            folder.resolve("heldout.txt"),
            1 << 20,
            Optional.empty());
    return new RecipeRunner(
            recipe, job, this::score, Optional.empty(), new RecipeRunner.Listener() {})
        .run();
  }

  private HeldOutScorer.Score score(Checkpoint model, byte[] heldOut) {
    scoredTexts.add(heldOut.length);
    return new HeldOutScorer.Score(
        requireNonNull(model.tensors().get("embed")).byteSize() / 1e4, Optional.of(0.01));
  }

  /** A step that says how often it ran. */
  private static final class Counting implements CompressionStep {
    private final CompressionStep step;
    private int runs;

    Counting(CompressionStep step) {
      this.step = step;
    }

    @Override
    public String id() {
      return step.id();
    }

    @Override
    public String describe() {
      return step.describe();
    }

    @Override
    public Map<String, String> settings() {
      return step.settings();
    }

    @Override
    public Checkpoint apply(Checkpoint input, StepResources resources) {
      runs++;
      return step.apply(input, resources);
    }
  }

  private static final class Failing implements CompressionStep {
    @Override
    public String id() {
      return "fail/1";
    }

    @Override
    public String describe() {
      return "fail";
    }

    @Override
    public Map<String, String> settings() {
      return Map.of();
    }

    @Override
    public Checkpoint apply(Checkpoint input, StepResources resources) {
      throw new IllegalStateException("killed");
    }
  }
}
