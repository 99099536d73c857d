package dev.stlm.bench.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a model: {@code summary.json}. Runs in one directory add up.
 *
 * @param format version of this file, {@link #FORMAT}
 * @param stlm version of the program
 * @param model what was scored
 * @param scores tasks and groups, groups first
 */
public record Summary(int format, String stlm, ModelFacts model, List<Score> scores) {
  /** The only version so far. */
  public static final int FORMAT = 1;

  public Summary {
    if (format != FORMAT) {
      throw new IllegalArgumentException("format " + format + " is not " + FORMAT);
    }
    scores = List.copyOf(scores);
  }

  /**
   * The figures of a task or group.
   *
   * @param name of the task or group
   * @param group the group that a task counts into, or empty
   * @param tasks number of tasks behind it: 1 for a task
   * @param version of the task; 0 for a group
   * @param fewShot examples before each document
   * @param seed seeded the choice of examples
   * @param data SHA-256 of the data; empty for a group
   * @param figures the main figure first
   */
  public record Score(
      String name,
      String group,
      int tasks,
      int version,
      int fewShot,
      long seed,
      String data,
      List<Figure> figures) {
    public Score {
      figures = List.copyOf(figures);
    }
  }

  /**
   * One figure.
   *
   * @param metric its name
   * @param value null if it is not a finite number
   * @param standardError null if there is none
   * @param documents number of documents behind it
   * @param higherIsBetter which direction is good
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Figure(
      String metric,
      @Nullable Double value,
      @Nullable Double standardError,
      int documents,
      boolean higherIsBetter) {}
}
