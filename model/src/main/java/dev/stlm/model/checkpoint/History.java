package dev.stlm.model.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was done to make a checkpoint, oldest first; {@code history.json}.
 *
 * @param entries the steps
 */
public record History(List<Entry> entries) {
  public History {
    entries = List.copyOf(entries);
  }

  /** A history of nothing. */
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
   * @param details in the order they are written: settings, seeds, data hashes and results by name;
   *     values are strings so that a history stays readable whatever made it
   */
  public record Entry(String step, Map<String, String> details) {
    public Entry {
      Objects.requireNonNull(step, "step");
      details.forEach((name, value) -> {
        Objects.requireNonNull(name, "name of a detail");
        Objects.requireNonNull(value, name);
      });
      details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
  }
}
