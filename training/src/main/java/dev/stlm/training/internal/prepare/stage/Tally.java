package dev.stlm.training.internal.prepare.stage;

import dev.stlm.training.data.DataManifest.Count;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was left out, by reason, in the order in which reasons were met. For one thread. */
final class Tally {
  /** Of documents without a byte. */
  static final String EMPTY = "empty";

  /** Of documents that share too much with an evaluation set. */
  static final String CONTAMINATED = "contaminated";

  /** Of documents of the same bytes as one before. */
  static final String DUPLICATE = "duplicate";

  /** Of documents that are nearly the same as one before. */
  static final String NEAR_DUPLICATE = "nearDuplicate";

  private final Map<String, Count> counts = new LinkedHashMap<>();

  void add(String reason, long bytes) {
    add(reason, new Count(1, bytes));
  }

  void addAll(Map<String, Count> others) {
    others.forEach(this::add);
  }

  Map<String, Count> counts() {
    return counts;
  }

  private void add(String reason, Count count) {
    counts.merge(reason, count, Count::plus);
  }
}
