package dev.stlm.bench.demo;

import dev.stlm.tokenizer.InvalidInputException;
import java.time.Duration;

/**
 * How the time for training is shared out, and the settings that suited two CPU cores best.
 *
 * @param total time for all training, at least 10 seconds
 * @param seed seeds initial values and the order of the data
 */
record DemoPlan(Duration total, long seed) {
  static final int BATCH = 4;
  static final int SEQUENCE = 256;
  static final double LEARNING_RATE = 2.5e-3;
  static final double TEMPERATURE = 1;
  static final double TEACHER_WEIGHT = 0.5;

  private static final double TEACHER_SHARE = 0.5;
  private static final double STUDENT_SHARE = 0.3;

  DemoPlan {
    if (total.compareTo(Duration.ofSeconds(10)) < 0) {
      throw new InvalidInputException(
          "demo: --for is " + total.toSeconds() + " s; give 10s or more");
    }
  }

  double teacherSeconds() {
    return TEACHER_SHARE * total.toMillis() / 1e3;
  }

  double studentSeconds() {
    return STUDENT_SHARE * total.toMillis() / 1e3;
  }

  /** Whole seconds for the recovery after pruning. */
  long recoverySeconds() {
    return Math.round((1 - TEACHER_SHARE - STUDENT_SHARE) * total.toMillis() / 1e3);
  }
}
