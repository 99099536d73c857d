package dev.stlm.training.internal.loop;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.training.RunTimes;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.metric.Metric;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of a run as JSON lines: one object a step, a validation, a sample text and so on.
 * Lines are written within about a second; a resumed run first drops those of steps that it does
 * again.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  /** What is buffered is written at least this often, for those who watch. */
  private static final long FLUSH_EVERY_NANOS = 1_000_000_000;

  private final Path file;
  private final BufferedWriter out;
  private long flushed = System.nanoTime();

  private record Step(
      long step,
      double bitsPerByte,
      double loss,
      double gradientNorm,
      double learningRate,
      long bytes,
      double fraction,
      double seconds,
      double engineSeconds) {}

  private record Validation(long step, double validationBitsPerByte) {}

  private record Measured(long step, Map<String, Double> metrics) {}

  private record RollBack(long step, long rolledBackTo, double rateFactor) {}

  private record Growth(long step, int grownTo) {}

  private record End(long step, boolean stopped, RunTimes ended) {}

  private record Sample(long step, String prompt, String sample) {}

  /**
   * Opens the file of a run.
   *
   * @param keepTo lines of later steps are dropped
   */
  public MetricsFile(Path file, long keepTo) {
    this.file = file;
    try {
      if (keepTo > 0 && Files.exists(file)) {
        List<String> kept =
            Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .filter(line -> stepOf(line) <= keepTo)
                .toList();
        String text = kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
      }
      this.out =
          Files.newBufferedWriter(
              file,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  /** The step of a line; a line that a kill has cut short belongs to no step that is kept. */
  private static long stepOf(String line) {
    return line.endsWith("}")
        ? StrictJson.readTree(line, "metrics").path("step").asLong()
        : Long.MAX_VALUE;
  }

  @Override
  public void stepped(StepMetrics m) {
    write(
        new Step(
            m.step(),
            m.trainBitsPerByte(),
            m.loss(),
            m.gradientNorm(),
            m.learningRate(),
            m.bytes(),
            m.fraction(),
            m.seconds(),
            m.engineSeconds()));
    long now = System.nanoTime();
    if (now - flushed > FLUSH_EVERY_NANOS) {
      flushed = now;
      flush();
    }
  }

  @Override
  public void validated(long step, double bitsPerByte) {
    write(new Validation(step, bitsPerByte));
    flush();
  }

  @Override
  public void sampled(long step, String prompt, String text) {
    write(new Sample(step, prompt, text));
    flush();
  }

  @Override
  public void rolledBack(long step, long to, double rateFactor) {
    write(new RollBack(step, to, rateFactor));
    flush();
  }

  @Override
  public void grown(long step, int layers) {
    write(new Growth(step, layers));
    flush();
  }

  @Override
  public void saved(long step, Path checkpoint) {
    flush();
  }

  @Override
  public void ended(TrainingResult result) {
    write(new End(result.steps(), result.stopped(), result.times()));
    flush();
  }

  @Override
  public void measured(long step, List<Metric> metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach(m -> values.put(m.name(), m.value()));
    write(new Measured(step, values));
  }

  private void write(Object record) {
    try {
      out.write(StrictJson.line(record));
      out.write('\n');
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  /** Hands what is buffered to the system. */
  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }
}
