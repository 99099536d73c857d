package dev.stlm.compression.distil;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.SmallModels;
import dev.stlm.compression.StepResources;
import dev.stlm.compression.Trainer;
import dev.stlm.compression.prune.MagnitudePruning;
import dev.stlm.compression.prune.MagnitudePruning.Scope;
import dev.stlm.compression.quantise.Int8Quantisation;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogitDistillationTest {
  @TempDir private Path folder;
  private Path text = Path.of("unset");
  private Path teacher = Path.of("unset");
  private final Checkpoint student = SmallModels.random(SmallModels.tied(), 1);

  @BeforeEach
  void writeFiles() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), "to be or not to be");
    teacher = folder.resolve("teacher");
    CheckpointDirectory.write(SmallModels.random(SmallModels.untied(), 9), teacher);
  }

  @Test
  void handsEverySettingAndTheTeacherToTheTrainer() {
    AddingTrainer trainer = new AddingTrainer(true);
    Checkpoint trained =
        new LogitDistillation(
                3, 0.7, 11, Optional.of(Duration.ofSeconds(4)), 5, Optional.of(32), 0.002, false)
            .apply(student, resources(trainer));
    Trainer.Request request = requireNonNull(trainer.request);
    assertThat(request.steps()).isEqualTo(11);
    assertThat(request.timeLimit()).contains(Duration.ofSeconds(4));
    assertThat(request.batchSize()).isEqualTo(5);
    assertThat(request.sequenceLength()).isEqualTo(32);
    assertThat(request.learningRate()).isEqualTo(0.002);
    assertThat(request.seed()).isEqualTo(42);
    assertThat(request.text()).isEqualTo(text);
    Trainer.Distillation distillation = request.distillation().orElseThrow();
    assertThat(distillation.temperature()).isEqualTo(3);
    assertThat(distillation.weight()).isEqualTo(0.7);
    assertThat(CheckpointHash.of(distillation.teacher()))
        .isEqualTo(CheckpointHash.of(CheckpointDirectory.open(teacher)));
    assertThat(CheckpointHash.of(trained)).isNotEqualTo(CheckpointHash.of(student));
  }

  @Test
  void recoversAPrunedModelAndKeepsItSparse() {
    Checkpoint pruned =
        new MagnitudePruning(0.8, Scope.PARAMETER, true).apply(student, resources(null));
    AddingTrainer trainer = new AddingTrainer(true);
    Checkpoint recovered = step(0.5, true).apply(pruned, resources(trainer));
    assertThat(requireNonNull(trainer.request).keepZeros()).isTrue();
    assertThat(trainer.request.start().tensors().values()).allMatch(Tensor.F32.class::isInstance);
    assertThat(recovered.nonZeroCount()).isEqualTo(pruned.nonZeroCount());
    assertThat(recovered.byteSize()).isEqualTo(pruned.byteSize());
    assertThat(CheckpointHash.of(recovered)).isNotEqualTo(CheckpointHash.of(pruned));
  }

  @Test
  void aTrainerThatLosesZerosIsCaught() {
    Checkpoint pruned =
        new MagnitudePruning(0.8, Scope.PARAMETER, true).apply(student, resources(null));
    AddingTrainer careless = new AddingTrainer(false);
    assertThatThrownBy(() -> step(0.5, true).apply(pruned, resources(careless)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("embed");
  }

  @Test
  void weightZeroLearnsFromTheTextAlone() {
    AddingTrainer trainer = new AddingTrainer(true);
    StepResources noTeacher =
        new StepResources(Optional.of(text), folder, 0, Optional.of(trainer), Optional.empty());
    step(0, false).apply(student, noTeacher);
    assertThat(requireNonNull(trainer.request).distillation()).isEmpty();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("trainer", "distil: no trainer is present; add stlm-training"),
        Arguments.of("teacher", "distil: no teacher is given; name a larger checkpoint"),
        Arguments.of("text", "is no file with text in it"),
        Arguments.of("no text", "distil: no text is given; name one to learn from"),
        Arguments.of("vocabulary", "they must be the same"),
        Arguments.of("int8", "is of integers, which can not be trained; distil before quantising"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWhatDoesNotFitInOneLine(String missing, String message) throws IOException {
    Optional<Trainer> trainer = Optional.of(new AddingTrainer(true));
    Path given = teacher;
    if (missing.equals("vocabulary")) {
      given = folder.resolve("wide");
      CheckpointDirectory.write(otherIds(), given);
    }
    if (missing.equals("text")) {
      Files.writeString(text, "");
    }
    StepResources resources =
        new StepResources(
            missing.equals("no text") ? Optional.empty() : Optional.of(text),
            folder,
            0,
            missing.equals("trainer") ? Optional.empty() : trainer,
            missing.equals("teacher") ? Optional.empty() : Optional.of(given));
    Checkpoint input =
        missing.equals("int8") ? new Int8Quantisation(8, true).apply(student, resources) : student;
    assertThatThrownBy(() -> step(0.5, false).apply(input, resources))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void refusesSequencesLongerThanTheContext() {
    LogitDistillation step =
        new LogitDistillation(2, 0.5, 1, Optional.empty(), 1, Optional.of(65), 1e-3, false);
    assertThatThrownBy(() -> step.apply(student, resources(new AddingTrainer(true))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "distil: sequenceLength is 65; allowed: at most the context length of the model, 64");
  }

  /** A model with as many ids, which mean something else. */
  private Checkpoint otherIds() {
    return new Checkpoint(
        student.config(), new FlippedBytes(), student.tensors(), student.history());
  }

  private static LogitDistillation step(double weight, boolean keepZeros) {
    return new LogitDistillation(
        2, weight, 1, Optional.empty(), 1, Optional.empty(), 1e-3, keepZeros);
  }

  private StepResources resources(@Nullable Trainer trainer) {
    return new StepResources(
        Optional.of(text), folder, 42, Optional.ofNullable(trainer), Optional.of(teacher));
  }

  /** Adds one to every weight: to zeros too if it is careless. */
  private static final class AddingTrainer implements Trainer {
    private final boolean careful;
    private @Nullable Request request;

    AddingTrainer(boolean careful) {
      this.careful = careful;
    }

    @Override
    public Checkpoint train(Request asked) {
      request = asked;
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      asked
          .start()
          .tensors()
          .forEach((name, tensor) -> {
            float[] values = tensor.toFloats();
            for (int i = 0; i < values.length; i++) {
              if (values[i] != 0 || !careful) {
                values[i] += values[i] == -1 ? 2 : 1;
              }
            }
            tensors.put(name, Tensor.F32.of(tensor.rows(), tensor.columns(), values));
          });
      Checkpoint start = asked.start();
      return new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
    }
  }
}
