package dev.stlm.compression.distil;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.SettingChecks;
import dev.stlm.compression.StepResources;
import dev.stlm.compression.Trainer;
import dev.stlm.compression.prune.SparseEncoding;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the model further on the text and on what a larger teacher says about it (Hinton et al.
 * 2015, arXiv 1503.02531): loss = (1 − weight) · cross-entropy + weight · T² · KL(teacher_T ‖
 * student_T). With {@code keepZeros} after a pruning step it recovers what pruning lost.
 *
 * @param temperature T, positive
 * @param weight share of the teacher in the loss, 0 to 1; with 0 no teacher is needed
 * @param steps optimiser steps, at least 1; with a time limit the most
 * @param timeLimit ends the training in time, if given
 * @param batchSize sequences a step
 * @param sequenceLength ids a sequence; by default the context length, at most 256
 * @param learningRate peak learning rate
 * @param keepZeros whether weights that are zero stay zero
 */
public record LogitDistillation(
    double temperature,
    double weight,
    int steps,
    Optional<Duration> timeLimit,
    int batchSize,
    Optional<Integer> sequenceLength,
    double learningRate,
    boolean keepZeros)
    implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "distil";

  private static final int DEFAULT_SEQUENCE = 256;

  public LogitDistillation {
    SettingChecks.positive(TYPE, "temperature", temperature);
    SettingChecks.range(TYPE, "weight", weight, 0, 1);
    SettingChecks.range(TYPE, "steps", steps, 1, Integer.MAX_VALUE);
    timeLimit.ifPresent(t -> SettingChecks.positive(TYPE, "seconds", t.toMillis() / 1e3));
    SettingChecks.range(TYPE, "batchSize", batchSize, 1, 1 << 16);
    sequenceLength.ifPresent(n -> SettingChecks.range(TYPE, "sequenceLength", n, 2, 1 << 20));
    SettingChecks.positive(TYPE, "learningRate", learningRate);
  }

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return (weight == 0 ? "train" : "distil")
        + timeLimit.map(t -> " for " + t.toSeconds() + " s").orElse(" for " + steps + " steps")
        + (keepZeros ? ", zeros kept" : "");
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("temperature", Double.toString(temperature));
    settings.put("weight", Double.toString(weight));
    settings.put("steps", Integer.toString(steps));
    timeLimit.ifPresent(t -> settings.put("seconds", Double.toString(t.toMillis() / 1e3)));
    settings.put("batchSize", Integer.toString(batchSize));
    sequenceLength.ifPresent(n -> settings.put("sequenceLength", Integer.toString(n)));
    settings.put("learningRate", Double.toString(learningRate));
    settings.put("keepZeros", Boolean.toString(keepZeros));
    return settings;
  }

  @Override
  public boolean needsText() {
    return true;
  }

  @Override
  public Checkpoint apply(Checkpoint input, StepResources resources) {
    Trainer trainer =
        resources
            .trainer()
            .orElseThrow(() ->
                new InvalidInputException(
                    TYPE + ": no trainer is present; add stlm-training to the class path"));
    int sequence =
        sequenceLength.orElse(Math.min(input.config().contextLength(), DEFAULT_SEQUENCE));
    if (sequence > input.config().contextLength()) {
      throw SettingChecks.invalid(
          TYPE,
          "sequenceLength",
          Integer.toString(sequence),
          "at most the context length of the model, " + input.config().contextLength());
    }
    Optional<Trainer.Distillation> distillation =
        weight == 0
            ? Optional.empty()
            : Optional.of(
                new Trainer.Distillation(teacher(input, resources, sequence), temperature, weight));
    Checkpoint dense = dense(input);
    Checkpoint trained =
        trainer.train(
            new Trainer.Request(
                dense,
                text(resources),
                steps,
                timeLimit,
                batchSize,
                sequence,
                learningRate,
                resources.seed(),
                distillation,
                keepZeros));
    return keepZeros ? sparseAgain(dense, trained) : trained;
  }

  private static Path text(StepResources resources) {
    Path text =
        resources
            .calibrationText()
            .orElseThrow(() ->
                new InvalidInputException(TYPE + ": no text is given; name one to learn from"));
    try {
      if (Files.isRegularFile(text) && Files.size(text) > 0) {
        return text;
      }
    } catch (IOException e) {
      throw new InvalidInputException(TYPE + ": " + text + " can not be read (" + e + ")", e);
    }
    throw new InvalidInputException(
        TYPE + ": " + text + " is no file with text in it; give a text to learn from");
  }

  private static Checkpoint teacher(Checkpoint student, StepResources resources, int sequence) {
    Path where =
        resources
            .teacher()
            .orElseThrow(() ->
                new InvalidInputException(
                    TYPE
                        + ": no teacher is given; name a larger checkpoint, or set weight to 0"
                        + " to learn from the text alone"));
    Checkpoint teacher = CheckpointDirectory.open(where);
    if (!teacher.tokenizer().type().equals(student.tokenizer().type())
        || !teacher.tokenizer().settings().equals(student.tokenizer().settings())
        || teacher.tokenizer().vocabularySize() != student.tokenizer().vocabularySize()) {
      throw new InvalidInputException(
          "%s: the teacher %s has tokenizer %s with %d ids, the model has %s with %d; they must be the same"
              .formatted(
                  TYPE,
                  where,
                  teacher.tokenizer().type(),
                  teacher.tokenizer().vocabularySize(),
                  student.tokenizer().type(),
                  student.tokenizer().vocabularySize()));
    }
    if (teacher.config().contextLength() < sequence) {
      throw new InvalidInputException(
          "%s: the teacher %s reads %d ids at once, sequences have %d; set sequenceLength to at most the former"
              .formatted(TYPE, where, teacher.config().contextLength(), sequence));
    }
    return teacher;
  }

  private static Checkpoint dense(Checkpoint input) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    input
        .tensors()
        .forEach((name, tensor) ->
            tensors.put(
                name,
                switch (tensor) {
                  case Tensor.F32 t -> t;
                  case Tensor.Sparse t -> Tensor.F32.of(t.rows(), t.columns(), t.toFloats());
                  case Tensor.Bf16 t -> Tensor.F32.of(t.rows(), t.columns(), t.toFloats());
                  case Tensor.F16 t -> Tensor.F32.of(t.rows(), t.columns(), t.toFloats());
                  case Tensor.Rows t -> Tensor.F32.of(t.rows(), t.columns(), t.toFloats());
                  case Tensor.Int8 _, Tensor.Int4 _ ->
                      throw new InvalidInputException(
                          TYPE
                              + ": parameter "
                              + name
                              + " is of integers, which can not be trained; distil before quantising");
                }));
    return new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
  }

  /** Stores the zeros compactly again, after making sure that they are still there. */
  private static Checkpoint sparseAgain(Checkpoint start, Checkpoint trained) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(trained.tensors());
    start
        .tensors()
        .forEach((name, tensor) -> {
          float[] before = tensor.toFloats();
          tensors.computeIfPresent(name, (_, after) -> kept(name, before, after));
        });
    return new Checkpoint(trained.config(), trained.tokenizer(), tensors, trained.history());
  }

  private static Tensor kept(String name, float[] before, Tensor after) {
    float[] values = after.toFloats();
    for (int i = 0; i < before.length; i++) {
      if (before[i] == 0 && values[i] != 0) {
        throw new IllegalStateException(
            "the trainer was asked to keep zeros and changed one of " + name);
      }
    }
    return SparseEncoding.smaller(after.rows(), after.columns(), values);
  }
}
