package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.prepare.Preparation;
import dev.stlm.training.prepare.PreparationRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on prepared text and on mixtures. */
class PreparedTrainingTest {
  @TempDir private Path dir;
  private Path prepared;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    prepared = prepare("prepared", 200);
    file = dir.resolve("file.txt");
    Files.writeString(file, "she sells sea shells by the sea shore and he does not. ".repeat(60));
  }

  @Test
  void aRunLearnsPreparedTextAndIsMeasuredOnItsValidationSplit() {
    TrainingResult result = run(TrainingText.of(prepared), 60);
    assertThat(result.trainBitsPerByte()).isLessThan(4);
    assertThat(result.validationBitsPerByte()).isPresent();
  }

  @Test
  void aRunWithinDocumentsLearns() {
    TrainingResult result = run(TrainingText.of(prepared).withinDocuments(true), 60);
    assertThat(result.trainBitsPerByte()).isLessThan(4);
    assertThat(result.validationBitsPerByte()).isPresent();
  }

  @Test
  void aMixtureThatIsResumedGivesTheBitsOfAnUnbrokenRun() {
    TrainingText mixture =
        new TrainingText(
            List.of(
                new TrainingText.Part(prepared.toString(), 1),
                new TrainingText.Part(file.toString(), 3)),
            false);
    TrainingResult unbroken = run(mixture, 8);
    Path out = dir.resolve("run");
    TrainingRun.Builder builder =
        TrainingRun.of(start(), mixture, config(8)).device("cpu").output(out);
    assertThat(InterruptedRun.stopped(builder, 3).stopped()).isTrue();
    TrainingResult resumed = TrainingRun.resume(out).build().run();
    for (String name : unbroken.checkpoint().tensors().keySet()) {
      assertThat(resumed.checkpoint().tensor(name).toFloats())
          .as(name)
          .isEqualTo(unbroken.checkpoint().tensor(name).toFloats());
    }
  }

  @Test
  void changedDataIsNamedWhenARunIsResumed() throws IOException {
    Path out = dir.resolve("run");
    TrainingText mixture =
        new TrainingText(
            List.of(
                new TrainingText.Part(prepared.toString(), 1),
                new TrainingText.Part(file.toString(), 2)),
            false);
    TrainingRun.of(start(), mixture, config(2)).device("cpu").output(out).build().run();
    Path other = prepare("other", 190);
    TrainingText moved =
        new TrainingText(
            List.of(
                new TrainingText.Part(other.toString(), 1),
                new TrainingText.Part(file.toString(), 2)),
            false);
    assertResumeRefused(
        out, moved, other + ": is not the text that the run began with (its SHA-256 differs)");
    TrainingText reweighted =
        new TrainingText(
            List.of(
                new TrainingText.Part(prepared.toString(), 1),
                new TrainingText.Part(file.toString(), 4)),
            false);
    assertResumeRefused(out, reweighted, file + ": had weight 2.0 when the run began, not 4.0");
    assertResumeRefused(out, TrainingText.of(prepared), "the run began with 2 texts");
    Path shard = prepared.resolve("train/s-00000-000.shard");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[100] ^= 1;
    Files.write(shard, bytes);
    assertResumeRefused(out, mixture, shard + ": is damaged: its checksum differs");
  }

  @Test
  void aDirectoryWithoutAManifestIsRefused() {
    assertThatThrownBy(() -> run(TrainingText.of(dir), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(dir + ": holds no finished data preparation");
  }

  private static void assertResumeRefused(Path out, TrainingText text, String reason) {
    assertThatThrownBy(() -> TrainingRun.resume(out).text(text).build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static TrainingResult run(TrainingText text, int steps) {
    return TrainingRun.of(start(), text, config(steps)).device("cpu").build().run();
  }

  private static TrainingConfig config(int steps) {
    return TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(4, 32, 1), OptimizerConfig.of(0.01))
        .withThreads(1)
        .withValidations(1);
  }

  private static Checkpoint start() {
    return InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1);
  }

  private Path prepare(String name, int documents) throws IOException {
    Path text = dir.resolve(name + ".txt");
    Files.writeString(
        text,
        IntStream.range(0, documents)
            .mapToObj(
                i -> "number " + i + " of many documents of various " + "words ".repeat(i % 9))
            .collect(Collectors.joining("\n<|endoftext|>\n")));
    Path out = dir.resolve(name);
    String recipe =
        """
        {"version": 1, "split": {"valid": 0.1, "test": 0}, "duplicates": {"near": false},
         "sources": [{"name": "s", "inputs": ["%s"]}]}
        """
            .formatted(text);
    new Preparation(PreparationRecipe.parse(recipe, "recipe"), out).run();
    return out;
  }
}
