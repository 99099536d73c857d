package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.score.Loglikelihood;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.metric.Accuracy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A tuned model that says how likely the classes of a text are: by its {@link LabelHead}, if it has
 * one, else by how likely it thinks the answers of the classes.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.open(Path.of("runs/sentiment"), "sentiment")) {
 *   double positive = classifier.probabilities("a warm and funny film")[1];
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class TextClassifier implements AutoCloseable {
  private final LanguageModel model;
  private final ClassificationTask task;
  private final Optional<LabelHead> head;

  /**
   * A classifier over a model, which it closes.
   *
   * @param head of the model and the task, if there is one
   */
  public TextClassifier(LanguageModel model, ClassificationTask task, Optional<LabelHead> head) {
    this.model = model;
    this.task = task;
    this.head = head;
  }

  /**
   * Opens what a run of a classification task has left: its best model, else the last.
   *
   * @param run directory of the run
   * @param task name of the task
   * @throws InvalidInputException if there is no model, no such task, or it is not classification
   */
  public static TextClassifier open(Path run, String task) {
    Path best = run.resolve("best");
    LanguageModel model =
        ModelRuntimes.load(
            ModelRuntimes.DEFAULT, Files.isDirectory(best) ? best : run.resolve("last"));
    Path file = run.resolve(LabelHead.FILE);
    return new TextClassifier(
        model,
        classification(FineTuningTasks.named(task)),
        Files.exists(file) ? Optional.of(LabelHead.read(file)) : Optional.empty());
  }

  /**
   * A task as one of classification.
   *
   * @throws InvalidInputException if it is not
   */
  public static ClassificationTask classification(FineTuningTask task) {
    if (task instanceof ClassificationTask classification) {
      return classification;
    }
    throw new InvalidInputException(
        "task " + task.name() + " has no classes; give a task of classification, like sentiment");
  }

  /** Names of the classes. */
  public List<String> labels() {
    return task.labels();
  }

  /** Probabilities of the classes of a text, in the order of the labels; they sum to 1. */
  public double[] probabilities(String text) {
    return ofPrompts(List.of(task.prompt(text))).getFirst();
  }

  /** The share of examples whose likeliest class is theirs. */
  public Accuracy accuracy(List<Example> examples) {
    List<double[]> all = ofPrompts(examples.stream().map(Example::prompt).toList());
    int correct = 0;
    for (int i = 0; i < all.size(); i++) {
      if (argmax(all.get(i)) == task.label(examples.get(i))) {
        correct++;
      }
    }
    return new Accuracy(correct, all.size());
  }

  private List<double[]> ofPrompts(List<String> prompts) {
    return head.map(h -> h.probabilities(model, prompts))
        .orElseGet(() -> prompts.stream().map(this::byLikelihood).toList());
  }

  private double[] byLikelihood(String prompt) {
    Tokenizer tokenizer = model.tokenizer();
    int[] asked = tokenizer.encodePrompt(prompt.getBytes(StandardCharsets.UTF_8));
    List<Loglikelihood.Request> requests =
        task.answers().stream()
            .map(a -> new Loglikelihood.Request(asked, AnswerScoring.answer(tokenizer, a)))
            .toList();
    double[] p =
        Loglikelihood.score(model, requests).stream().mapToDouble(r -> r.logLikelihood()).toArray();
    double max = p[argmax(p)];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() {
    model.close();
  }
}
