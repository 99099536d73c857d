package dev.stlm.training.cli;

import dev.stlm.training.RunTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the time of a run went, for people. */
final class TimeReport {
  /** Parts that took less are left out, seconds. */
  private static final double SMALL = 0.05;

  private TimeReport() {}

  /** One line: the time, the share of it outside the engine, and what that was. */
  static String of(RunTimes t) {
    List<String> parts = new ArrayList<>();
    add(parts, "set-up", t.setUp());
    add(parts, "data", t.data());
    add(parts, "checkpoints", t.checkpoints());
    add(parts, "samples", t.samples());
    add(parts, "exchange", t.exchange());
    add(parts, "listeners", t.listeners());
    add(parts, "rest", t.rest());
    return String.format(
        Locale.ROOT,
        "time: %.1f s, of it steps %.1f s, validation %.1f s, %.1f %% outside the engine%s",
        t.total(),
        t.engine(),
        t.validation(),
        100 * t.outsideShare(),
        parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")");
  }

  private static void add(List<String> parts, String name, double seconds) {
    if (seconds >= SMALL) {
      parts.add(String.format(Locale.ROOT, "%s %.1f s", name, seconds));
    }
  }
}
