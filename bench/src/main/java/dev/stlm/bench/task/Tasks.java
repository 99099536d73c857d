package dev.stlm.bench.task;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** All tasks and groups on the class path, by name. */
public final class Tasks {
  private final Map<String, EvalTask> tasks = new LinkedHashMap<>();
  private final Map<String, TaskGroup> groups = new LinkedHashMap<>();

  private Tasks(Iterable<TaskProvider> providers) {
    for (TaskProvider provider : providers) {
      for (TaskGroup group : provider.groups()) {
        unique(group.name());
        groups.put(group.name(), group);
      }
      for (EvalTask task : provider.tasks()) {
        unique(task.name());
        tasks.put(task.name(), task);
      }
    }
  }

  private void unique(String name) {
    if (tasks.containsKey(name) || groups.containsKey(name)) {
      throw new IllegalStateException("two tasks or groups on the class path are called " + name);
    }
  }

  /** Those on the class path. */
  public static Tasks installed() {
    return new Tasks(ServiceLoader.load(TaskProvider.class));
  }

  /**
   * The tasks behind names of tasks and groups, in the order given, each once.
   *
   * @throws InvalidInputException if a name is not known; lists the known ones
   */
  public List<EvalTask> select(List<String> names) {
    Set<EvalTask> selected = new LinkedHashSet<>();
    for (String name : names) {
      EvalTask task = tasks.get(name);
      if (task != null) {
        selected.add(task);
      } else if (groups.containsKey(name)) {
        tasks.values().stream()
            .filter(t -> t.group().equals(Optional.of(name)))
            .forEach(selected::add);
      } else {
        throw new InvalidInputException(
            "--tasks: no task '" + name + "'; known are " + String.join(", ", topLevelNames()));
      }
    }
    return List.copyOf(selected);
  }

  /** A group by name. */
  public Optional<TaskGroup> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** Groups, and tasks that are in none: what a list for people shows. */
  public List<String> topLevelNames() {
    List<String> names = new ArrayList<>(groups.keySet());
    tasks.values().stream()
        .filter(t -> t.group().isEmpty())
        .map(EvalTask::name)
        .forEach(names::add);
    return names;
  }

  /** The one-line description of a task or group. */
  public String describe(String name) {
    TaskGroup group = groups.get(name);
    if (group != null) {
      return group.description();
    }
    EvalTask task = tasks.get(name);
    return task == null ? "" : task.description();
  }
}
