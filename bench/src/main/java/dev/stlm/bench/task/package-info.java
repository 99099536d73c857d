/**
 * What is asked and how answers are marked: {@link dev.stlm.bench.task.EvalTask} and its parts.
 *
 * <p>A task is data and a few functions: rows of a data set become requests that are plain text,
 * answers become observations. Add a task by naming a {@link dev.stlm.bench.task.TaskProvider} in
 * {@code META-INF/services}; multiple choice needs only a subclass of {@link
 * dev.stlm.bench.task.ChoiceTask}. Request texts equal those of the lm-evaluation-harness to the
 * byte.
 */
@NullMarked
package dev.stlm.bench.task;

import org.jspecify.annotations.NullMarked;
