package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Trains a checkpoint further; implemented by the training module, found by {@link
 * java.util.ServiceLoader}.
 */
public interface Trainer {
  /** The trainer on the class path, if there is one. */
  static Optional<Trainer> find() {
    return ServiceLoader.load(Trainer.class).findFirst();
  }

  /**
   * Runs a request to its end and gives the trained checkpoint: same config, same tokenizer, dense.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the text is too short or the checkpoint
   *     does not fit
   */
  Checkpoint train(Request request);

  /**
   * What to train.
   *
   * @param start the checkpoint to start from, dense
   * @param text training text
   * @param steps optimiser steps, at least 1; with a time limit the most
   * @param timeLimit ends the schedule in time, if given
   * @param batchSize sequences a step, at least 1
   * @param sequenceLength ids a sequence, at least 1 and at most the context length
   * @param learningRate peak learning rate, positive
   * @param seed seeds the order of the data
   * @param distillation learn from a teacher as well, if given
   * @param keepZeros values that are zero in {@code start} stay zero
   */
  record Request(
      Checkpoint start,
      Path text,
      int steps,
      Optional<Duration> timeLimit,
      int batchSize,
      int sequenceLength,
      double learningRate,
      long seed,
      Optional<Distillation> distillation,
      boolean keepZeros) {

    public Request {
      SettingChecks.range("train", "steps", steps, 1, Integer.MAX_VALUE);
      SettingChecks.range("train", "batchSize", batchSize, 1, 1 << 20);
      SettingChecks.range(
          "train", "sequenceLength", sequenceLength, 1, start.config().contextLength());
      SettingChecks.positive("train", "learningRate", learningRate);
    }
  }

  /**
   * Logit distillation (Hinton et al. 2015, arXiv 1503.02531): loss = (1 − weight) · cross-entropy
   * + weight · T² · KL(teacher_T ‖ student_T).
   *
   * @param teacher a checkpoint with the same vocabulary
   * @param temperature T &gt; 0
   * @param weight between 0 and 1
   */
  record Distillation(Checkpoint teacher, double temperature, double weight) {
    public Distillation {
      SettingChecks.positive("distil", "temperature", temperature);
      SettingChecks.range("distil", "weight", weight, 0, 1);
    }
  }
}
