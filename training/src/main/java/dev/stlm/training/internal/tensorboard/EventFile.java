package dev.stlm.training.internal.tensorboard;

import dev.stlm.training.TrainingListener;
import dev.stlm.training.config.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a run for TensorBoard: a file {@code events.out.tfevents.SECONDS.stlm} a start,
 * written as the run goes. A file of a resumed run begins with a mark that makes TensorBoard forget
 * the steps that are done again. The numbers of the fields are those of TensorFlow's {@code
 * event.proto}, {@code summary.proto} and {@code tensor.proto}.
 */
public final class EventFile implements TrainingListener, AutoCloseable {
  /** What is buffered is written at least this often, seconds. */
  private static final long FLUSH_EVERY = 2;

  private static final String VERSION = "brain.Event:2";

  // fields of Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  /** SessionLog.SessionStatus: a start. */
  private static final int START = 1;

  /** DataType: strings. */
  private static final int STRINGS = 7;

  /** DataClass: tensors. */
  private static final int TENSORS = 2;

  private final Path directory;
  private final InstantSource clock;
  private @Nullable RecordFile file;
  private Instant flushed = Instant.MIN;

  /**
   * Writes into a directory once the run starts.
   *
   * @param directory made when the run starts
   * @param clock gives the time of events
   */
  public EventFile(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public void started(long resumedAt, double fraction, TrainingConfig config) {
    file = new RecordFile(free());
    write(event(0).text(FILE_VERSION, VERSION));
    if (resumedAt > 0) {
      write(event(resumedAt + 1).message(SESSION_LOG, new ProtoMessage().integer(1, START)));
    }
    flush();
  }

  /** A run that is resumed within a second needs another name. */
  private Path free() {
    long seconds = clock.instant().getEpochSecond();
    Path path = path(seconds);
    while (Files.exists(path)) {
      path = path(++seconds);
    }
    return path;
  }

  private Path path(long seconds) {
    return directory.resolve("events.out.tfevents.%010d.stlm".formatted(seconds));
  }

  @Override
  public void stepped(StepMetrics m) {
    write(
        m.step(),
        new ProtoMessage()
            .message(1, scalar("bits_per_byte/train", m.trainBitsPerByte()))
            .message(1, scalar("loss", m.loss()))
            .message(1, scalar("gradient_norm", m.gradientNorm()))
            .message(1, scalar("learning_rate", m.learningRate()))
            .message(1, scalar("seconds/step", m.seconds()))
            .message(1, scalar("seconds/outside_the_engine", m.seconds() - m.engineSeconds())));
    if (clock.instant().isAfter(flushed.plusSeconds(FLUSH_EVERY))) {
      flush();
    }
  }

  @Override
  public void validated(long step, double bitsPerByte) {
    write(step, new ProtoMessage().message(1, scalar("bits_per_byte/held_out", bitsPerByte)));
  }

  @Override
  public void sampled(long step, String prompt, String text) {
    // indented, so that it is shown as it is
    String shown = "    " + (prompt + "|" + text).replace("\n", "\n    ");
    write(step, new ProtoMessage().message(1, text("sample", shown)));
    flush();
  }

  @Override
  public void saved(long step, Path checkpoint) {
    flush();
  }

  /** Summary.Value with a number. */
  private static ProtoMessage scalar(String tag, double value) {
    return new ProtoMessage().text(1, tag).real(2, (float) value);
  }

  /** Summary.Value with a text, as the text plugin reads it. */
  private static ProtoMessage text(String tag, String value) {
    ProtoMessage plugin = new ProtoMessage().text(1, "text");
    ProtoMessage metadata = new ProtoMessage().message(1, plugin).integer(4, TENSORS);
    ProtoMessage tensor =
        new ProtoMessage().integer(1, STRINGS).message(2, new ProtoMessage()).text(8, value);
    return new ProtoMessage().text(1, tag).message(8, tensor).message(9, metadata);
  }

  private void write(long step, ProtoMessage summary) {
    write(event(step).message(SUMMARY, summary));
  }

  private ProtoMessage event(long step) {
    ProtoMessage event = new ProtoMessage().real(WALL_TIME, clock.millis() / 1e3);
    return step == 0 ? event : event.integer(STEP, step);
  }

  private void write(ProtoMessage event) {
    if (file == null) {
      throw new IllegalStateException("the run has not started");
    }
    file.append(event.toBytes());
  }

  private void flush() {
    flushed = clock.instant();
    if (file != null) {
      file.flush();
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
