package dev.stlm.training.cli;

import dev.stlm.cli.Progress;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.metric.Metric;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a run: how far it is, bytes a second, bits per byte, time left. */
public final class ProgressListener implements TrainingListener, AutoCloseable {
  /** Weight of the newest step in the shown loss. */
  private static final double NEWEST = 0.1;

  private @Nullable Progress progress;
  private boolean timed;
  private long ids;
  private long total;
  private double smoothed = Double.NaN;
  private String validation = "";
  private List<Metric> before = List.of();

  @Override
  public void started(long resumedAt, double fraction, TrainingConfig config) {
    timed = config.budget().seconds().isPresent();
    ids = config.batch().ids();
    total =
        timed
            ? Math.round(config.budget().seconds().orElseThrow())
            : Math.multiplyExact((long) config.budget().steps(), ids);
    progress =
        Progress.goingOn("training", total, Math.round(fraction * total), timed ? "s" : "bytes");
  }

  @Override
  public void stepped(StepMetrics m) {
    Progress p = progress;
    if (p == null) {
      return;
    }
    smoothed =
        Double.isNaN(smoothed)
            ? m.trainBitsPerByte()
            : smoothed + NEWEST * (m.trainBitsPerByte() - smoothed);
    String rate = timed ? String.format(Locale.ROOT, ", %.0f bytes/s", ids / m.seconds()) : "";
    p.note(
        String.format(
            Locale.ROOT, "step %d, %.3f bits/byte%s%s", m.step(), smoothed, validation, rate));
    p.to(Math.round(m.fraction() * total));
  }

  @Override
  public void validated(long step, double bitsPerByte) {
    validation = String.format(Locale.ROOT, " (held out %.3f)", bitsPerByte);
  }

  @Override
  public void measured(long step, List<Metric> metrics) {
    if (step == 0) {
      before = metrics;
    }
    Metric first = metrics.getFirst();
    validation += String.format(Locale.ROOT, " (%s %.4f)", first.name(), first.value());
  }

  /** What the metrics of a task were before the first step; empty if they were not taken. */
  List<Metric> before() {
    return before;
  }

  @Override
  public void rolledBack(long step, long to, double rateFactor) {
    if (progress != null) {
      progress.say(
          String.format(
              Locale.ROOT,
              "step %d: the loss is not a number; back to the weights of step %d, learning rate × %s for a while",
              step,
              to,
              rateFactor));
    }
  }

  @Override
  public void grown(long step, int layers) {
    if (progress != null) {
      progress.say(String.format(Locale.ROOT, "step %d: now with all %d layers", step, layers));
    }
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
