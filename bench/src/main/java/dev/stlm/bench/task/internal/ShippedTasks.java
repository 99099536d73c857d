package dev.stlm.bench.task.internal;

import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskGroup;
import dev.stlm.bench.task.TaskProvider;
import java.util.ArrayList;
import java.util.List;

/** Brings the tasks of this module. */
public final class ShippedTasks implements TaskProvider {
  @Override
  public List<EvalTask> tasks() {
    List<EvalTask> tasks = new ArrayList<>();
    tasks.add(new HeldOutText());
    Blimp.PHENOMENA.forEach(p -> tasks.add(new Blimp(p)));
    tasks.add(
        new Arc("arc_easy", "school science exams, easier set, 2376 questions; chance is 0.25"));
    tasks.add(
        new Arc(
            "arc_challenge",
            "school science exams, harder set, 1172 questions; give the data by --data"));
    tasks.add(new Winogrande());
    return tasks;
  }

  @Override
  public List<TaskGroup> groups() {
    return List.of(Blimp.GROUP);
  }
}
