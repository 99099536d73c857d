package dev.stlm.bench.task;

import java.util.List;

/** Brings tasks; found by {@link java.util.ServiceLoader}. */
public interface TaskProvider {
  /** The tasks, each with a name of its own. */
  List<EvalTask> tasks();

  /** The groups that the tasks name. */
  default List<TaskGroup> groups() {
    return List.of();
  }
}
