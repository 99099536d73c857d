package dev.stlm.bench.eval;

import java.util.ArrayList;
import java.util.List;

/** How a long text is cut into windows so that every token is predicted exactly once. */
final class RollingWindows {
  private RollingWindows() {}

  /**
   * One window over tokens x: predicts {@code x[from, to)} after {@code x[contextFrom, from)}.
   *
   * @param contextFrom −1 in the first window: its context is what comes before the text, or the
   *     prefix token alone
   */
  record Window(int contextFrom, int from, int to) {}

  /**
   * The windows of a text.
   *
   * <p>Full windows have one token of context; the last one is filled up with as much as fits.
   *
   * @param tokens length of the text
   * @param length most tokens that a window predicts: the context length of the model
   */
  static List<Window> of(int tokens, int length) {
    List<Window> windows = new ArrayList<>();
    int done = Math.min(length, tokens);
    if (done > 0) {
      windows.add(new Window(-1, 0, done));
    }
    while (done < tokens) {
      int to = done + Math.min(length, tokens - done);
      windows.add(new Window(to - length - 1, done, to));
      done = to;
    }
    return windows;
  }
}
