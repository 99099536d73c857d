package dev.stlm.training.finetune;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.ServiceLoader;

/** The tasks on the class path, by name. */
public final class FineTuningTasks {
  private FineTuningTasks() {}

  /** All of them, in the order they are found. */
  public static SequencedMap<String, FineTuningTask> installed() {
    SequencedMap<String, FineTuningTask> tasks = new LinkedHashMap<>();
    for (FineTuningTask task : ServiceLoader.load(FineTuningTask.class)) {
      if (tasks.putIfAbsent(task.name(), task) != null) {
        throw new IllegalStateException("two tasks on the class path are called " + task.name());
      }
    }
    return tasks;
  }

  /**
   * A task by name.
   *
   * @throws InvalidInputException if there is none; lists those there are
   */
  public static FineTuningTask named(String name) {
    Map<String, FineTuningTask> tasks = installed();
    FineTuningTask task = tasks.get(name);
    if (task == null) {
      throw new InvalidInputException(
          "task " + name + " is not known; allowed: " + String.join(", ", tasks.keySet()));
    }
    return task;
  }
}
