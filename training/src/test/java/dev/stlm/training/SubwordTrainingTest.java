package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with ids that stand for several bytes. */
class SubwordTrainingTest {
  private static final int LENGTH = 16;

  @TempDir Path dir;

  @Test
  void bitsPerByteCountTheBytesOfTheIdsThatAreScored() throws IOException {
    Tokenizer tokenizer = Tokenizers.create("gpt2", Map.of());
    Path text = dir.resolve("text.txt");
    Files.writeString(text, "the cat sat on the mat and the dog sat on the log. ".repeat(20));
    // the ids that fill no window at the end are longer than those that are scored
    String held = "a b c d e f g h i j k l m n o p internationalization";
    Path heldText = dir.resolve("held.txt");
    Files.writeString(heldText, held);
    int[] ids = tokenizer.encode(held.getBytes(StandardCharsets.UTF_8));
    assertThat(ids.length).isBetween(LENGTH + 1, 2 * LENGTH - 1);
    int bytes = tokenizer.decode(Arrays.copyOf(ids, LENGTH)).length;
    assertThat(bytes / (double) LENGTH).isLessThan(held.length() / (double) ids.length);

    List<Double> trained = new ArrayList<>();
    TrainingConfig settings =
        TrainingConfig.of(
                Budget.ofSteps(1), new BatchConfig(3, LENGTH, 1), OptimizerConfig.of(1e-9))
            .with(Precision.FLOAT32)
            .withValidations(1)
            .withThreads(1);
    TrainingResult result =
        TrainingRun.of(allAlike(tokenizer), text, settings)
            .validation(heldText)
            .device("cpu")
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    trained.add(m.trainBitsPerByte());
                  }
                })
            .build()
            .run();
    // every id has the probability 1 / V
    double bitsAnId = Math.log(tokenizer.vocabularySize()) / Math.log(2);
    assertThat(result.validationBitsPerByte().orElseThrow())
        .isCloseTo(bitsAnId * LENGTH / bytes, Offset.offset(1e-4));
    assertThat(trained).singleElement().satisfies(b -> assertThat(b).isBetween(3.0, 5.0));
  }

  /** A model that gives all ids the same logit. */
  private static Checkpoint allAlike(Tokenizer tokenizer) {
    FlatConfig config =
        new FlatConfig(
            tokenizer.vocabularySize(),
            64,
            8,
            1,
            new AttentionConfig(1, 1, 8, 10_000, true),
            new FfnConfig(16, Activation.RELU2),
            1e-5,
            true,
            Optional.empty());
    Checkpoint start = InitialCheckpoint.random(config, tokenizer, 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>(start.tensors());
    int rows = tokenizer.vocabularySize();
    tensors.put("embed", Tensor.F32.of(rows, 8, new float[rows * 8]));
    return new Checkpoint(config, tokenizer, tensors, start.history());
  }
}
