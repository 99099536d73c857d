package dev.stlm.model.score;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Bits per byte of a text: how many bits a byte an ideal coder driven by the model would need.
 *
 * <p>A text longer than the context length T is read in windows that overlap: the first predicts up
 * to T ids after the end-of-text id; each later one predicts up to T − T/2 ids, after the last T/2
 * before them. So apart from the beginning of the text every id is predicted from at least T/2 ids,
 * and every id is predicted once.
 */
public final class BitsPerByte {
  /** Ids whose losses count as one observation in the standard error. */
  public static final int BLOCK = 512;

  private static final int BATCH_POSITIONS = 1024;

  private BitsPerByte() {}

  /**
   * Measures a text.
   *
   * @param text not empty
   * @throws InvalidInputException if the text is empty
   */
  public static Score measure(LanguageModel model, byte[] text) {
    return measure(model, text, _ -> {});
  }

  /**
   * Measures a text and says how far it is.
   *
   * @param progress takes the number of ids predicted so far; there is about one id a byte
   */
  public static Score measure(LanguageModel model, byte[] text, LongConsumer progress) {
    if (text.length == 0) {
      throw new InvalidInputException("bits per byte: the text is empty; give one with some bytes");
    }
    double[] losses = losses(model, model.tokenizer().encode(text), progress);
    double nats = 0;
    for (double loss : losses) {
      nats += loss;
    }
    double perId = nats / losses.length;
    int blocks = (losses.length + BLOCK - 1) / BLOCK;
    double squares = 0;
    for (int b = 0; b < blocks; b++) {
      double deviation = 0;
      for (int i = b * BLOCK; i < Math.min(losses.length, (b + 1) * BLOCK); i++) {
        deviation += losses[i] - perId;
      }
      squares += deviation * deviation;
    }
    double perByte = text.length * Math.log(2);
    double error = blocks < 2 ? Double.NaN : Math.sqrt(squares * blocks / (blocks - 1.0)) / perByte;
    return new Score(nats / perByte, error, text.length, nats);
  }

  /**
   * Negative natural-log likelihood of each id given those before it, by the windows described
   * above.
   */
  public static double[] losses(LanguageModel model, int[] ids, LongConsumer progress) {
    int context = model.config().contextLength();
    double[] losses = new double[ids.length];
    int done = 0;
    while (done < ids.length) {
      List<Window> windows = new ArrayList<>();
      for (int positions = 0; done < ids.length && positions < BATCH_POSITIONS; ) {
        Window w = Window.next(done, ids.length, context);
        windows.add(w);
        positions += w.end - w.start;
        done = w.end;
      }
      run(model, ids, windows, losses);
      progress.accept(done);
    }
    return losses;
  }

  private static void run(LanguageModel model, int[] ids, List<Window> windows, double[] losses) {
    List<Session> sessions = new ArrayList<>();
    try {
      List<int[]> inputs = new ArrayList<>();
      for (Window w : windows) {
        sessions.add(model.newSession());
        inputs.add(w.input(ids, model.tokenizer().startOfText()));
      }
      model.append(
          sessions,
          inputs,
          new LanguageModel.BatchLogitsSink() {
            @Override
            public boolean wants(int sequence, int index) {
              return windows.get(sequence).start + index >= windows.get(sequence).scored;
            }

            @Override
            public void accept(int sequence, int index, float[] logits) {
              int at = windows.get(sequence).start + index;
              losses[at] = -LogSoftmax.of(logits, ids[at]);
            }
          });
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /** Reads the ids before {@code [start, end)}, one back each, and scores {@code [scored, end)}. */
  private record Window(int start, int scored, int end) {
    static Window next(int done, int length, int context) {
      int start = done == 0 ? 0 : Math.max(0, done - context / 2);
      return new Window(start, done, Math.min(length, start + context));
    }

    int[] input(int[] ids, int startOfText) {
      if (start > 0) {
        return Arrays.copyOfRange(ids, start - 1, end - 1);
      }
      int[] input = new int[end];
      input[0] = startOfText;
      System.arraycopy(ids, 0, input, 1, end - 1);
      return input;
    }
  }
}
