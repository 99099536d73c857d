package dev.stlm.training.prepare;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * Where units run: here ({@link LocalUnits}), or, where all see the same files, on the machines of
 * a cluster.
 */
@FunctionalInterface
public interface UnitRunner {
  /**
   * Runs units of a stage, in any order and at the same time; all are done when it returns.
   *
   * @param units not done yet; they do not depend on each other
   * @param progress see {@link Unit#run}; may be called by several threads
   */
  void run(List<? extends Unit> units, LongConsumer progress);
}
