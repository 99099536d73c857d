package dev.stlm.docs.tune;

import dev.stlm.training.finetune.TextClassifier;
import java.nio.file.Path;

/** Sorts reviews with a model that was tuned for sentiment. May be shared by threads. */
public final class Reviews implements AutoCloseable {
  // @start region="classify"
  private final TextClassifier classifier;

  /** Opens the directory of a run, such as {@code train --task sentiment --out DIR} wrote. */
  public Reviews(Path run) {
    classifier = TextClassifier.open(run, "sentiment");
  }

  /** How likely a review praises, from 0 to 1. */
  public double praise(String review) {
    return classifier.probabilities(review)[classifier.labels().indexOf("positive")];
  }

  // @end

  @Override
  public void close() {
    classifier.close();
  }
}
