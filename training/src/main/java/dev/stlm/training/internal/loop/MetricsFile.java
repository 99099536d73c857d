package dev.stlm.training.internal.loop;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.training.TrainingListener;
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
 * The metrics of a run as JSON lines: one object a step, and one a validation. Lines are written as
 * they come; a resumed run first drops those of steps that it does again.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  private final Path file;
  private final BufferedWriter out;

  private record Step(
      long step,
      double bitsPerByte,
      double loss,
      double gradientNorm,
      double learningRate,
      long bytes,
      double seconds) {}

  private record Validation(long step, double validationBitsPerByte) {}

  private record Measured(long step, Map<String, Double> metrics) {}

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
            m.seconds()));
  }

  @Override
  public void validated(long step, double bitsPerByte) {
    write(new Validation(step, bitsPerByte));
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
  public void flush() {
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
