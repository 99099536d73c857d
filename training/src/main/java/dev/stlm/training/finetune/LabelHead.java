package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A linear classifier on top of a model: from the mean of its last vectors over a prompt, and the
 * last of them, to the classes of a task. The model stays as it is.
 *
 * @param version 1
 * @param task whose prompts it was fitted on
 * @param labels names of the classes
 * @param model hash of the model ({@link LanguageModel#hash()})
 * @param weights for each class one a feature, {@code 2 · width} of them, then the bias
 */
public record LabelHead(
    int version, String task, List<String> labels, String model, List<List<Double>> weights) {
  /** Where training puts it in the directory of a run. */
  public static final String FILE = "head.json";

  /** Examples that a head is fitted on, at most: more change little. */
  private static final int MOST_EXAMPLES = 10_000;

  public LabelHead {
    labels = List.copyOf(labels);
    weights = weights.stream().map(List::copyOf).toList();
    if (version != 1) {
      throw new InvalidInputException(
          "head: has version " + version + "; this stlm reads 1, update stlm to read it");
    }
    int width = weights.isEmpty() ? 0 : weights.getFirst().size();
    if (labels.size() < 2
        || weights.size() != labels.size()
        || weights.stream().anyMatch(w -> w.size() != width)) {
      throw new InvalidInputException("head: needs as many rows of weights, all alike, as labels");
    }
  }

  /**
   * Fits a head.
   *
   * @param model whose runtime gives vectors
   * @param examples of the task; of more than 10,000 some are drawn
   * @param seed of the draw
   */
  public static LabelHead fit(
      LanguageModel model, ClassificationTask task, List<Example> examples, long seed) {
    List<Example> drawn = new ArrayList<>(examples);
    SplittableRandom random = new SplittableRandom(seed);
    while (drawn.size() > MOST_EXAMPLES) {
      int i = random.nextInt(drawn.size());
      drawn.set(i, drawn.getLast());
      drawn.removeLast();
    }
    List<float[]> features = TextFeatures.of(model, drawn.stream().map(Example::prompt).toList());
    int[] labels = drawn.stream().mapToInt(task::label).toArray();
    List<List<Double>> weights = new ArrayList<>();
    for (double[] row : LogisticRegression.fit(features, labels, task.labels().size())) {
      List<Double> list = new ArrayList<>(row.length);
      for (double w : row) {
        list.add(w);
      }
      weights.add(list);
    }
    return new LabelHead(1, task.name(), task.labels(), model.hash(), weights);
  }

  /**
   * Probabilities of the classes for some prompts.
   *
   * @throws InvalidInputException if the head is of another model
   */
  public List<double[]> probabilities(LanguageModel of, List<String> prompts) {
    if (!of.hash().equals(model)) {
      throw new InvalidInputException(
          "head: belongs to another model (hash " + model + "); fit one for this model");
    }
    double[][] rows = new double[weights.size()][];
    for (int c = 0; c < rows.length; c++) {
      rows[c] = weights.get(c).stream().mapToDouble(d -> d).toArray();
    }
    return TextFeatures.of(of, prompts).stream()
        .map(row -> LogisticRegression.probabilities(rows, row))
        .toList();
  }

  /**
   * Writes it to a file, whole or not at all.
   *
   * @throws InvalidInputException if it can not be written
   */
  public void write(Path file) {
    AtomicFile.write(
        file, (StrictJson.line(this) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if it is missing or damaged
   */
  public static LabelHead read(Path file) {
    return StrictJson.read(file, LabelHead.class);
  }
}
