package dev.stlm.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.cli.Main;
import dev.stlm.model.accounting.Flops;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StudyTest {
  private static final String RECIPE =
      """
      {
        "title": "Small study", "flops": 4e7, "sequence": 32, "batch": 2, "learningRate": 0.003,
        "seeds": [1, 2], "heldOutBytes": 300,
        "variants": [
          {"name": "flat", "group": "A", "preset": "tiny"},
          {"name": "flat - ngrams", "group": "B", "base": "flat", "model": {"ngrams": null}},
          {"name": "pooled, max", "group": "B", "preset": "tiny-pooled", "sequence": 48},
          {"name": "pooled, soft", "group": "B", "base": "pooled, max",
           "model": {"pooling": "max", "logitSoftCap": 20.0, "global": {"layers": 1}}}
        ]
      }
      """;

  @TempDir private Path temp;
  private Path text;
  private Path valid;

  @BeforeEach
  void writeTexts() throws IOException {
    text = temp.resolve("text.txt");
    valid = temp.resolve("valid.txt");
    Files.writeString(text, words(7, 6_000));
    Files.writeString(valid, words(8, 400));
  }

  private static String words(long seed, int bytes) {
    String[] words = {"the ", "boat ", "came ", "in ", "late, ", "and ", "nobody ", "saw it.\n"};
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }

  private static StudyRecipe recipe(String json) {
    return StrictJson.read(json, StudyRecipe.class, "recipe.json");
  }

  private static StudyPlan plan(String json) {
    return StudyPlan.of(recipe(json), words(7, 1000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void variantsChangeTheModelOfTheirBase() {
    StudyPlan plan = plan(RECIPE);
    assertThat(plan.variants().get(1).config().ngrams()).isEmpty();
    PooledConfig base = (PooledConfig) plan.variants().get(2).config();
    PooledConfig changed = (PooledConfig) plan.variants().get(3).config();
    assertThat(changed.logitSoftCap()).contains(20.0);
    assertThat(changed.global().layers()).isEqualTo(1);
    assertThat(changed.global().ffn()).isEqualTo(base.global().ffn());
    assertThat(plan.variants().get(3).training().batch().sequenceLength()).isEqualTo(32);
  }

  @Test
  void stepsCostWhatTheRecipeAllows() {
    for (StudyPlan.Variant v : plan(RECIPE).variants()) {
      int sequence = v.training().batch().sequenceLength();
      double forward = Flops.of(v.config(), sequence / 2, v.bytesPerPatch()).total();
      assertThat(v.flopsPerId()).isEqualTo(3 * forward, within(1e-6));
      double step = v.flopsPerId() * 2 * sequence;
      assertThat(v.training().budget().steps() * step)
          .as(v.name())
          .isEqualTo(4e7, within(step / 2));
    }
  }

  @Test
  void variantsChangeTheTrainingOfTheRecipeAndOfTheirBase() {
    String json =
        RECIPE
            .replace(
                "\"seeds\":", "\"training\": {\"schedule\": {\"warmupFraction\": 0.2}}, \"seeds\":")
            .replace(
                "\"model\": {\"ngrams\": null}",
                "\"training\": {\"optimizer\": {\"beta2\": 0.9}, \"batch\": {\"sequences\": 4}}");
    List<StudyPlan.Variant> variants = plan(json).variants();
    TrainingConfig first = variants.get(0).training();
    TrainingConfig second = variants.get(1).training();
    assertThat(first.schedule().warmupFraction()).isEqualTo(0.2);
    assertThat(second.schedule()).isEqualTo(first.schedule());
    assertThat(second.optimizer())
        .isEqualTo(new OptimizerConfig.AdamW(0.003, 0.1, 0.9, 0.9, 1e-8, 1));
    assertThat(second.batch().sequences()).isEqualTo(4);
    // the same operations
    assertThat(second.budget().steps()).isCloseTo(first.budget().steps() / 2, within(1));
    refused(
        json.replace("\"beta2\": 0.9", "\"beta2\": 2"), "variant \"flat - ngrams\": training: ");
  }

  @Test
  void aBudgetMayBeTime() {
    StudyPlan plan = plan(RECIPE.replace("\"flops\": 4e7", "\"seconds\": 90"));
    assertThat(plan.variants())
        .allSatisfy(v -> assertThat(v.training().budget()).isEqualTo(Budget.ofSeconds(90)));
    refused(RECIPE.replace("\"flops\": 4e7,", ""), "the budget of a study is flops or seconds");
  }

  @Test
  void aStudyGoesOnWhereItWasAndReportsEveryVariant() throws IOException {
    Path out = temp.resolve("study");
    List<String> begun = new ArrayList<>();
    Study study = new Study(recipe(RECIPE), text, valid, out, 1, "cpu");
    List<StudyResult> results = study.run(new Heard(begun));
    assertThat(results).hasSize(8);
    assertThat(begun).hasSize(8).startsWith("flat 1", "flat - ngrams 1");
    assertThat(results)
        .allSatisfy(r -> {
          assertThat(r.bitsPerByte()).isBetween(1.0, 8.2);
          assertThat(r.heldOutBytes()).isEqualTo(300);
          assertThat(r.trainingBytes())
              .isEqualTo((long) r.steps() * 2 * (r.variant().equals("pooled, max") ? 48 : 32));
        });

    // one run lost, one changed: only these are done again
    begun.clear();
    Files.delete(out.resolve("runs/flat-2.json"));
    String changed = RECIPE.replace("\"logitSoftCap\": 20.0", "\"logitSoftCap\": 10.0");
    Study again = new Study(recipe(changed), text, valid, out, 1, "cpu");
    List<StudyResult> second = again.run(new Heard(begun));
    assertThat(begun).containsExactly("pooled, soft 1", "flat 2", "pooled, soft 2");
    assertThat(second.stream().filter(r -> r.variant().equals("flat")).toList())
        .extracting(StudyResult::bitsPerByte)
        .isEqualTo(
            results.stream()
                .filter(r -> r.variant().equals("flat"))
                .map(StudyResult::bitsPerByte)
                .toList());

    String markdown = again.report(again.finished());
    assertThat(markdown)
        .contains("# Small study", "## A", "## B", "| flat | ", "| flat - ngrams | ", " | 2 | ")
        .isEqualTo(Files.readString(out.resolve("study.md")));
    assertThat(Files.readString(out.resolve("study.html"))).contains("uPlot", "pooled, soft");
    assertThat(CheckpointDirectory.open(out.resolve("models/flat-ngrams-1")).config())
        .isEqualTo(plan(RECIPE).variants().get(1).config());
  }

  @Test
  void aRunThatAnotherHasClaimedIsLeftToIt() {
    Path out = temp.resolve("study");
    List<String> begun = new ArrayList<>();
    try (StudyDirectory.Claim _ = new StudyDirectory(out).claim("flat", 1).orElseThrow()) {
      List<StudyResult> results =
          new Study(recipe(RECIPE), text, valid, out, 1, "cpu").run(new Heard(begun));
      assertThat(results).hasSize(7);
      assertThat(begun).doesNotContain("flat 1");
    }
    begun.clear();
    assertThat(new Study(recipe(RECIPE), text, valid, out, 1, "cpu").run(new Heard(begun)))
        .hasSize(8);
    assertThat(begun).containsExactly("flat 1");
  }

  @Test
  void whatIsWrongInARecipeIsNamed() {
    refused(RECIPE.replace("4e7", "-1"), "flops is -1.0; allowed: a positive");
    refused(RECIPE.replace("[1, 2]", "[1, 1]"), "the number of seeds is 1; allowed: ");
    refused(
        RECIPE.replace("\"base\": \"flat\"", "\"base\": \"flut\""),
        "flat - ngrams: base is flut; allowed: the name of an earlier variant");
    refused(
        RECIPE.replace("\"pooling\": \"max\"", "\"pooling\": \"sum\""),
        "variant \"pooled, soft\": pooling is \"sum\"");
    refused(RECIPE.replace("\"preset\": \"tiny\"", "\"preset\": \"huge\""), "unknown preset");
    refused(
        RECIPE.replace("\"sequence\": 48", "\"sequence\": 97"),
        "variant \"pooled, max\": sequence is 97; allowed: at most its contextLength of 96");
    refused(
        RECIPE.replace("\"group\": \"A\", ", "\"group\": \"A\", \"colour\": 1, "), "unknown key");
    refused(
        RECIPE.replace(", \"preset\": \"tiny\"}", "}"),
        "variant \"flat\": has no base, no preset and no model");
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> plan(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }

  @Test
  void theCommandPrintsTheTables() throws IOException {
    Path file = temp.resolve("recipe.json");
    Files.writeString(file, RECIPE.replace("[1, 2]", "[3]").replace("4e7", "1e7"));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] args = {
      "bench",
      file.toString(),
      "--text",
      text.toString(),
      "--valid",
      valid.toString(),
      "--out",
      temp.resolve("out").toString(),
      "--threads",
      "1"
    };
    assertThat(line.execute(args)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("| pooled, soft | ").contains("text.txt", "valid.txt");
    args[3] = temp.resolve("none.txt").toString();
    assertThat(line.execute(args)).isEqualTo(2);
    assertThat(err.toString()).contains("none.txt: no such file").hasLineCount(1);
  }

  private record Heard(List<String> begun) implements Study.Listener {
    @Override
    public TrainingListener begins(StudyPlan.Variant variant, long seed, int number, int of) {
      begun.add(variant.name() + " " + seed);
      return new TrainingListener() {};
    }

    @Override
    public void done(StudyResult result) {}
  }
}
