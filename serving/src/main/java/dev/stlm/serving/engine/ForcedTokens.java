package dev.stlm.serving.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Makes each sample say given tokens: so continuations of one prompt are scored like samples, with
 * the prompt read once and all of them advanced in the engine's batches.
 */
public final class ForcedTokens implements Constraint {
  private final List<int[]> tokens;

  /** One array of ids a sample. */
  public ForcedTokens(List<int[]> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  /** The tokens of the longest sample. */
  public int longest() {
    return tokens.stream().mapToInt(t -> t.length).max().orElse(0);
  }

  @Override
  public State start(int sample) {
    return new Script(tokens.get(sample));
  }

  private static final class Script implements State {
    private final int[] ids;
    private int at;

    Script(int[] ids) {
      this.ids = ids;
    }

    @Override
    public boolean complete() {
      return at == ids.length;
    }

    @Override
    public boolean mask(float[] logits) {
      Arrays.fill(logits, Float.NEGATIVE_INFINITY);
      logits[ids[at]] = 0;
      return true;
    }

    @Override
    public void accept(int id) {
      at++;
    }
  }
}
