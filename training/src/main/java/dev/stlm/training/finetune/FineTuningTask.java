package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.training.metric.Metric;
import java.util.List;

/**
 * Something that a model can be tuned for: found by {@link java.util.ServiceLoader}, so that a task
 * of your own is one class and a line in {@code META-INF/services}.
 *
 * <p>Implementations have a public constructor without arguments, keep no state and are safe for
 * use by several threads.
 */
public interface FineTuningTask {
  /** What {@code --task} calls it, such as {@code sentiment}. */
  String name();

  /** Goes up when examples or metrics change; history names the task by both. */
  default int version() {
    return 1;
  }

  /** One line for people: what it is for and which fields a row has. */
  String description();

  /**
   * What a row of data asks and answers.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the row does not fit, without the place
   */
  Example example(Row row);

  /**
   * How well a model does.
   *
   * @param examples not empty; not learned
   * @return at least one figure, by the first of which models are compared
   */
  List<Metric> measure(LanguageModel model, List<Example> examples);
}
