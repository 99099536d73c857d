package dev.stlm.training.cli;

import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.DataManifest.Count;
import dev.stlm.training.data.DataManifest.Source;
import dev.stlm.training.data.Split;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a preparation says at its end. */
final class PreparationText {
  private PreparationText() {}

  static String of(DataManifest manifest, double seconds) {
    StringBuilder text = new StringBuilder();
    Formatter lines = new Formatter(text, Locale.ROOT);
    lines.format("%-24s %12s %10s %12s %10s\n", "source", "documents", "MB", "kept", "MB");
    Count read = Count.ZERO;
    Map<String, Count> dropped = new LinkedHashMap<>();
    Count cut = Count.ZERO;
    for (Source source : manifest.sources()) {
      lines.format(
          "%-24s %12d %10.2f %12d %10.2f\n",
          source.name(),
          source.read().documents(),
          source.read().bytes() / 1e6,
          source.kept().documents(),
          source.kept().bytes() / 1e6);
      read = read.plus(source.read());
      cut = cut.plus(source.cut());
      source.dropped().forEach((reason, count) -> dropped.merge(reason, count, Count::plus));
    }
    dropped.forEach((reason, count) -> lines.format("dropped as %s: %s\n", reason, words(count)));
    if (cut.documents() > 0) {
      lines.format("cut out of others by decontamination: %s\n", words(cut));
    }
    for (Split split : Split.values()) {
      lines.format("%s: %s\n", split.id(), words(manifest.count(split)));
    }
    lines.format(
        "%.2f MB of text in %.1f s, %.1f MB/s; data %s\n",
        read.bytes() / 1e6,
        seconds,
        read.bytes() / 1e6 / seconds,
        manifest.dataSha256().substring(0, 12));
    return text.toString();
  }

  private static String words(Count count) {
    return String.format(
        Locale.ROOT, "%d documents, %.2f MB", count.documents(), count.bytes() / 1e6);
  }
}
