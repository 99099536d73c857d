package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.RunTimes;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path dir;

  @Test
  void aCheckpointThatDoesNotFitOnTheDiskIsRefusedAndTheLastOneIsAsItWas() throws IOException {
    Checkpoint first = checkpoint(1);
    new RunDirectory(dir).save(first, state(1), Map.of("first.x", new float[1000]));
    RunDirectory full = new RunDirectory(dir, _ -> 1_000_000);
    assertThatThrownBy(() -> full.save(checkpoint(2), state(2), Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a checkpoint needs 2 MB and the disk has 1 MB free")
        .hasMessageContaining("--resume")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> full.saveBest(checkpoint(2)))
        .isInstanceOf(InvalidInputException.class);
    RunDirectory.Saved saved = new RunDirectory(dir).load();
    assertThat(saved.state()).isEqualTo(state(1));
    assertThat(saved.moments().get("first.x")).hasSize(1000);
    assertThat(saved.checkpoint().tensors().get("norm")).isNotNull();
    assertThat(full.best()).doesNotExist();
  }

  @Test
  void theNewestStepsAreKeptAndTheirStateIsNot() throws IOException {
    RunDirectory run = new RunDirectory(dir);
    for (long step : List.of(5L, 40L, 300L)) {
      run.save(checkpoint(step), state(step), Map.of("first.x", new float[1]));
      run.keepStep(step, 2);
    }
    try (var kept = Files.list(run.steps())) {
      assertThat(kept.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("000000040", "000000300");
    }
    Path kept = run.steps().resolve("000000040");
    assertThat(kept.resolve("state")).doesNotExist();
    CheckpointDirectory.write(checkpoint(40), dir.resolve("same"));
    assertThat(kept.resolve("model.safetensors"))
        .hasSameBinaryContentAs(dir.resolve("same/model.safetensors"));
    assertThat(CheckpointDirectory.open(kept).config()).isEqualTo(Presets.named("tiny"));
  }

  private static Checkpoint checkpoint(long seed) {
    return InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), seed);
  }

  private static RunState state(long step) {
    TrainingConfig config =
        TrainingConfig.of(Budget.ofSteps(9), new BatchConfig(1, 8, 1), OptimizerConfig.of(0.01));
    return new RunState(
        RunState.VERSION,
        step,
        0,
        RunTimes.NONE,
        TrainingText.of(Path.of("text.txt")),
        "0",
        Optional.empty(),
        0.01,
        "cpu",
        1,
        config,
        Optional.of(2.5),
        new Guard.State(1, 3, 2),
        Optional.of(new RunState.TeacherState(Optional.of("teacher"), "1", 2, 0.5)),
        true,
        Optional.empty());
  }
}
