package dev.stlm.training.internal.torch;

import dev.stlm.model.checkpoint.Checkpoint;

/**
 * A model to learn from.
 *
 * @param checkpoint its vocabulary is that of the learner
 * @param temperature T &gt; 0
 * @param weight share of the teacher in the loss, from 0 to 1
 */
public record Teacher(Checkpoint checkpoint, double temperature, double weight) {
  record Settings(double temperature, double weight) {}

  Settings settings() {
    return new Settings(temperature, weight);
  }
}
