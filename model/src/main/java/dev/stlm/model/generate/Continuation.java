package dev.stlm.model.generate;

import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One text being generated: draws ids from logits, watches for stop strings, and gives text that
 * never ends in half a character. It does not run the model.
 *
 * <pre>{@code
 * Continuation c = new Continuation(tokenizer, options, prompt);
 * float[] logits = session.append(prompt);
 * while (c.next(logits)) {
 *   out.print(c.takeText());
 *   logits = session.append(c.lastId());
 * }
 * out.print(c.takeText());
 * }</pre>
 *
 * For one thread.
 */
public final class Continuation {
  private final Tokenizer tokenizer;
  private final GenerateOptions options;
  private final Sampler sampler;
  private final StopStrings stops;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StringBuilder text = new StringBuilder();
  private int[] history;
  private int length;
  private int generatedBytes;
  private int generatedIds;
  private Optional<FinishReason> finish = Optional.empty();

  /**
   * A continuation of a prompt.
   *
   * @param prompt ids that the repetition penalty looks at
   */
  public Continuation(Tokenizer tokenizer, GenerateOptions options, int[] prompt) {
    this.tokenizer = tokenizer;
    this.options = options;
    sampler = new Sampler(options.sampler());
    stops = new StopStrings(options.stops());
    length = Math.min(prompt.length, Sampler.REPETITION_WINDOW);
    history = Arrays.copyOfRange(prompt, prompt.length - length, prompt.length);
  }

  /**
   * Draws the next id.
   *
   * @param logits {@code [vocabulary]}: of the id after the last one
   * @return whether the text goes on: {@link #lastId()} is then to be read by the model
   */
  public boolean next(float[] logits) {
    if (finish.isPresent()) {
      return false;
    }
    int id = sampler.next(logits, history, length);
    remember(id);
    generatedIds++;
    byte[] bytes = tokenizer.decodeNext(new int[] {id});
    if (bytes.length == 0) {
      // a special id: the end of the document or of a turn
      end(FinishReason.STOP);
      return false;
    }
    for (byte b : bytes) {
      generatedBytes++;
      emit(stops.accept(b));
      if (stops.stopped()) {
        end(FinishReason.STOP);
        return false;
      }
      if (generatedBytes == options.maxBytes()) {
        end(FinishReason.LENGTH);
        return false;
      }
    }
    return true;
  }

  /** Ends the text from outside. Has no effect on one that has ended. */
  public void end(FinishReason reason) {
    if (finish.isPresent()) {
      return;
    }
    finish = Optional.of(reason);
    emit(stops.end());
    if (reason == FinishReason.STOP) {
      text.append(utf8.end());
    }
    // else the text was cut: an unfinished character is left out, not replaced
  }

  /** Why the text ended, once it has. */
  public Optional<FinishReason> finishReason() {
    return finish;
  }

  /** The id that was drawn last. */
  public int lastId() {
    return history[length - 1];
  }

  /** Ids drawn so far, the one that ended the text included. */
  public int generatedIds() {
    return generatedIds;
  }

  /** Text that has come since the last call, perhaps empty. */
  public String takeText() {
    String piece = text.toString();
    text.setLength(0);
    return piece;
  }

  private void emit(byte[] bytes) {
    if (bytes.length > 0) {
      text.append(utf8.accept(bytes, 0, bytes.length));
    }
  }

  private void remember(int id) {
    if (length == history.length) {
      history = Arrays.copyOf(history, Math.max(64, 2 * length));
    }
    history[length++] = id;
  }
}
