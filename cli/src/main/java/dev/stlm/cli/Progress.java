package dev.stlm.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a long task is: a bar with rate and time left on a terminal, otherwise a plain line
 * every few seconds. Writes to standard error. For one thread.
 */
public final class Progress implements AutoCloseable {
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  private final String task;
  private final long total;
  private final long before;
  private final String unit;
  private final PrintStream out;
  private final @Nullable ProgressBar bar;
  private final Instant start = Instant.now();
  private Instant lastLine = start;
  private long done;
  private String note = "";

  private Progress(
      String task, long total, long before, String unit, PrintStream out, boolean terminal) {
    this.task = task;
    this.total = total;
    this.before = before;
    this.done = before;
    this.unit = unit;
    this.out = out;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .startsFrom(before, Duration.ZERO)
                .setUnit(" " + unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(out, 110))
                .build()
            : null;
  }

  /**
   * Starts to show a task on standard error.
   *
   * @param task what is done, in a word or two
   * @param total the number of units in the whole, or -1 if it is not known
   * @param unit what is counted, such as "bytes"
   */
  public static Progress of(String task, long total, String unit) {
    return goingOn(task, total, 0, unit);
  }

  /**
   * The same for a task of which a part was done earlier: it counts as done, and not for the rate.
   *
   * @param before the number of units done earlier
   */
  public static Progress goingOn(String task, long total, long before, String unit) {
    return new Progress(task, total, before, unit, System.err, terminal());
  }

  static Progress plain(String task, long total, long before, String unit, PrintStream out) {
    return new Progress(task, total, before, unit, out, false);
  }

  /** Whether standard error is a terminal, as the launcher saw it. */
  public static boolean terminal() {
    return Boolean.getBoolean("stlm.terminal");
  }

  /** Says how many units are done in all. */
  public void to(long units) {
    done = units;
    if (bar != null) {
      bar.stepTo(units);
    } else if (Duration.between(lastLine, Instant.now()).compareTo(LINE_EVERY) >= 0) {
      line();
    }
  }

  /** A few words beside the bar, such as the loss. */
  public void note(String words) {
    note = words;
    if (bar != null) {
      bar.setExtraMessage(" " + words);
    }
  }

  /** A line that stays, above the bar if there is one. */
  public void say(String line) {
    out.println(bar != null ? "\n" + line : line);
  }

  private void line() {
    lastLine = Instant.now();
    double seconds = Math.max(1e-3, Duration.between(start, lastLine).toMillis() / 1000.0);
    double rate = (done - before) / seconds;
    StringBuilder text = new StringBuilder(task).append(": ").append(done);
    if (total > 0) {
      text.append(" of ").append(total);
    }
    text.append(' ').append(unit).append(", %.0f %s/s".formatted(rate, unit));
    if (total > done && done > before) {
      text.append(", %.0f s left".formatted((total - done) / rate));
    }
    if (!note.isEmpty()) {
      text.append(", ").append(note);
    }
    out.println(text);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    } else {
      line();
    }
  }
}
