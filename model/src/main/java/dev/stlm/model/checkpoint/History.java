package dev.stlm.model.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was done to make a checkpoint, oldest first; {@code history.json}.
 *
 * @param entries the steps
 */
public record History(List<Entry> entries) {
  public History {
    entries = List.copyOf(entries);
  }

  public static History empty() {
    return new History(List.of());
  }

  /** This history and one more entry. */
  public History plus(Entry entry) {
    List<Entry> list = new ArrayList<>(entries);
    list.add(entry);
    return new History(list);
  }

  /**
   * One step.
   *
   * @param step what ran, by type and version, such as {@code train/1} or {@code quantise.int8/1}
   * @param details settings, seeds, data hashes and results by name; values are strings so that a
   *     history stays readable whatever made it
   */
  public record Entry(String step, Map<String, String> details) {
    public Entry {
      details = Map.copyOf(details);
    }
  }
}
