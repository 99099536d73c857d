package dev.stlm.compression;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one step did.
 *
 * @param step type and version
 * @param description what it did, in a few words
 * @param settings every setting by name
 * @param seed the seed that it got
 * @param before the model that went in
 * @param after the model that came out
 * @param seconds how long the step took, scoring not counted
 * @param resumed whether the result of an earlier run was taken over
 */
public record StepReport(
    String step,
    String description,
    Map<String, String> settings,
    long seed,
    Measurement before,
    Measurement after,
    double seconds,
    boolean resumed) {

  public StepReport {
    SortedMap<String, String> sorted = new TreeMap<>(settings);
    settings = Collections.unmodifiableSortedMap(sorted);
  }
}
