package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.StrictJson;
import dev.stlm.training.RunTimes;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.metric.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What a run leaves in the history of its checkpoint: {@code train/1}. */
final class TrainingEntry {
  private TrainingEntry() {}

  static History.Entry of(
      TrainingConfig config,
      long step,
      RunTimes times,
      double trainBitsPerByte,
      OptionalDouble validation,
      List<Metric> metrics,
      TrainingTexts texts) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("steps", Long.toString(step));
    details.put("seconds", String.format(Locale.ROOT, "%.1f", times.total()));
    details.put("outsideTheEngine", String.format(Locale.ROOT, "%.4f", times.outsideShare()));
    details.put("seed", Long.toString(config.seed()));
    details.put("textSha256", texts.sha256());
    details.put("settings", StrictJson.line(config));
    if (!Double.isNaN(trainBitsPerByte)) {
      details.put("trainBitsPerByte", String.format(Locale.ROOT, "%.4f", trainBitsPerByte));
    }
    validation.ifPresent(
        v -> details.put("validationBitsPerByte", String.format(Locale.ROOT, "%.4f", v)));
    texts.task().ifPresent(t -> details.put("task", t.task().name() + "/" + t.task().version()));
    metrics.forEach(m -> details.put(m.name(), m.toString()));
    return new History.Entry("train/1", details);
  }
}
