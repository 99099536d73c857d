package dev.stlm.training;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Optional;

/**
 * The settings of a run.
 *
 * @param budget when it ends
 * @param batch how much text a step reads
 * @param optimizer AdamW and its learning rate
 * @param seed seeds the order of the data
 * @param validations how often the held-out text is measured, spread over the run; the end counts
 * @param threads threads of an operation on the CPU; 0 is one a core
 * @param precision of the matrix products of a step
 * @param draftWeight weight, from 0 to 100, of the mean cross-entropy of the drafts of later ids
 *     beside that of the next id, where the model makes drafts; absent: {@link #DRAFT_WEIGHT}
 */
public record TrainingConfig(
    Budget budget,
    BatchConfig batch,
    OptimizerConfig optimizer,
    long seed,
    int validations,
    int threads,
    Precision precision,
    Optional<Double> draftWeight) {
  /** Weight of drafts where none is given. */
  public static final double DRAFT_WEIGHT = 0.3;

  public TrainingConfig {
    check("validations", validations, validations >= 0 && validations <= 1_000_000, "0 to 1000000");
    check("threads", threads, threads >= 0 && threads <= 1024, "0 to 1024");
    draftWeight.ifPresent(w -> check("draftWeight", w, w >= 0 && w <= 100, "0 to 100"));
  }

  /** The precision that suits the processor. */
  public TrainingConfig(
      Budget budget,
      BatchConfig batch,
      OptimizerConfig optimizer,
      long seed,
      int validations,
      int threads) {
    this(budget, batch, optimizer, seed, validations, threads, Precision.AUTO);
  }

  /** The usual weight of drafts. */
  public TrainingConfig(
      Budget budget,
      BatchConfig batch,
      OptimizerConfig optimizer,
      long seed,
      int validations,
      int threads,
      Precision precision) {
    this(budget, batch, optimizer, seed, validations, threads, precision, Optional.empty());
  }

  /** The weight of drafts in the loss. */
  public double weightOfDrafts() {
    return draftWeight.orElse(DRAFT_WEIGHT);
  }

  /** Ten validations, all cores, seed 1. */
  public static TrainingConfig of(Budget budget, BatchConfig batch, OptimizerConfig optimizer) {
    return new TrainingConfig(budget, batch, optimizer, 1, 10, 0, Precision.AUTO);
  }

  /**
   * When a run ends: after so many steps, or so much time, whichever is first. The learning rate
   * follows the larger of the two fractions, so its schedule is complete either way; a run with a
   * time limit is therefore not reproducible bit by bit.
   *
   * @param steps optimiser steps, at least 1; {@link #UNLIMITED} for a run that only time ends
   * @param seconds time limit from 1e-3 on, if any
   */
  public record Budget(int steps, Optional<Double> seconds) {
    /** No limit on steps. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public Budget {
      check("steps", steps, steps >= 1, "at least 1");
      if (seconds.isPresent()) {
        double s = seconds.get();
        check("seconds", s, s >= 1e-3 && s <= 1e9, "0.001 to 1e9");
      } else {
        check("steps", steps, steps < UNLIMITED, "a limit on steps where there is none on time");
      }
    }

    public static Budget ofSteps(int steps) {
      return new Budget(steps, Optional.empty());
    }

    public static Budget ofSeconds(double seconds) {
      return new Budget(UNLIMITED, Optional.of(seconds));
    }

    /** How much of the run is over, from 0 to 1. */
    public double fraction(long stepsDone, double secondsDone) {
      double ofSteps = stepsDone / (double) steps;
      return Math.min(1, seconds.map(s -> Math.max(ofSteps, secondsDone / s)).orElse(ofSteps));
    }
  }

  /**
   * How much text a step reads.
   *
   * @param sequences sequences that go through the model at once, B
   * @param sequenceLength ids of a sequence, T; at most the model's context
   * @param accumulation times that a step does this, averaging the gradients
   */
  public record BatchConfig(int sequences, int sequenceLength, int accumulation) {
    public BatchConfig {
      check("batch", sequences, sequences >= 1 && sequences <= 1 << 20, "1 to 1048576");
      check(
          "sequence",
          sequenceLength,
          sequenceLength >= 1 && sequenceLength <= 1 << 20,
          "1 to 1048576");
      check(
          "accumulation", accumulation, accumulation >= 1 && accumulation <= 1 << 16, "1 to 65536");
      long ids = (long) sequences * sequenceLength * accumulation;
      check("batch × sequence × accumulation", ids, ids <= 1 << 28, "at most 268435456");
    }

    /** Ids that a step predicts. */
    public int ids() {
      return sequences * sequenceLength * accumulation;
    }
  }

  /**
   * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with linear warm-up and cosine decay.
   *
   * @param learningRate peak
   * @param warmupFraction share of the run that climbs to it, from 0 to 1
   * @param finalFraction what is left of the peak at the end, from 0 to 1
   * @param weightDecay of projections, times the learning rate; gains and tables do not decay
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   * @param clip largest global norm of the gradients
   */
  public record OptimizerConfig(
      double learningRate,
      double warmupFraction,
      double finalFraction,
      double weightDecay,
      double beta1,
      double beta2,
      double epsilon,
      double clip) {

    public OptimizerConfig {
      check("learningRate", learningRate, learningRate > 0 && learningRate <= 10, "above 0, to 10");
      share("warmupFraction", warmupFraction, 1);
      share("finalFraction", finalFraction, 1);
      check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay <= 100, "0 to 100");
      share("beta1", beta1, 0.999999);
      share("beta2", beta2, 0.999999);
      check("epsilon", epsilon, epsilon > 0 && epsilon <= 1, "above 0, to 1");
      check("clip", clip, clip > 0 && clip <= 1e9, "above 0, to 1e9");
    }

    /** What suits small models and short runs, with this peak. */
    public static OptimizerConfig of(double learningRate) {
      return new OptimizerConfig(learningRate, 0.05, 0.02, 0.1, 0.9, 0.95, 1e-8, 1);
    }

    private static void share(String field, double value, double most) {
      check(field, value, value >= 0 && value <= most, "0 to " + most);
    }
  }

  private static void check(String field, Number value, boolean fits, String allowed) {
    if (!fits) {
      throw new InvalidInputException(
          "training: " + field + " is " + value + "; allowed: " + allowed);
    }
  }
}
