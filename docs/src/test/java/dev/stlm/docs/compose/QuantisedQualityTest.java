package dev.stlm.docs.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.compression.HeldOutScorer;
import dev.stlm.compression.StepResources;
import dev.stlm.compression.quantise.Int8Quantisation;
import dev.stlm.docs.guide.DemoText;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantisedQualityTest {
  @TempDir private Path folder;

  @Test
  @Tag("slow")
  void int8CostsLessThanTwoHundredthsOfABit() throws IOException {
    Path text = Files.write(folder.resolve("train.txt"), DemoText.train(1_000_000));
    Checkpoint trained =
        TrainingRun.of(
                InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 1),
                text,
                TrainingConfig.of(
                    Budget.ofSteps(200), new BatchConfig(16, 128, 1), OptimizerConfig.of(3e-3)))
            .build()
            .run()
            .checkpoint();
    StepResources nothing =
        new StepResources(Optional.empty(), folder, 0, Optional.empty(), Optional.empty());
    Checkpoint int8 = new Int8Quantisation(32, true).apply(trained, nothing);

    HeldOutScorer scorer = HeldOutScorer.onCpu(_ -> {});
    byte[] heldOut = DemoText.heldOut(32_768);
    double floats = scorer.score(trained, heldOut).bitsPerByte();
    double quantised = scorer.score(int8, heldOut).bitsPerByte();
    System.out.printf("f32 %.4f, int8 %.4f bits per byte%n", floats, quantised);
    assertThat(floats).isLessThan(3.5);
    assertThat(quantised).isCloseTo(floats, within(0.02));
  }
}
