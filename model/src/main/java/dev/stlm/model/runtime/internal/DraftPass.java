package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.internal.HeadWeights.Draft;

/**
 * Drafts later ids, one sequence at a time, by the cell of {@link
 * dev.stlm.model.config.ModelConfig#futureIds()}. Allocates nothing.
 */
final class DraftPass {
  private static final int[] FIRST = {0};

  private final Draft cell;
  private final TensorRows table;
  private final int width;
  private final double epsilon;
  private final Crew crew;
  private final HeadPass head;
  private final float[] both; // [2D]: state, then id
  private final float[] hidden; // [2D]
  private final float[] delta; // [D]
  private final float[] scales;

  /**
   * The drafts of a model.
   *
   * @param table the raw embedding {@code [V, D]}
   * @param width D
   */
  DraftPass(Draft cell, TensorRows table, int width, double epsilon, HeadPass head, Crew crew) {
    this.cell = cell;
    this.table = table;
    this.width = width;
    this.epsilon = epsilon;
    this.head = head;
    this.crew = crew;
    both = new float[Kernels.padded(2 * width)];
    hidden = new float[Kernels.padded(2 * width)];
    delta = new float[Kernels.padded(width)];
    scales = new float[Math.max(cell.input().scalesPerRow(), cell.output().scalesPerRow())];
  }

  /** See {@link dev.stlm.model.Session#draft}; the chain has the state of the last position. */
  void run(DraftChain chain, int[] guesses, int count, float[] logits) {
    for (int j = chain.known(guesses, count); j < count; j++) {
      step(chain.state(j), guesses[j], chain.extend(guesses[j]));
    }
    head.run(chain.state(count), FIRST, 0, 1);
    head.copyLogits(0, logits);
  }

  /** next = s + W_o relu²(W_i [norm(s) ; norm(e(guess))]). */
  private void step(float[] s, int guess, float[] next) {
    Scratch scratch = crew.scratch(0);
    crew.norm(s, 0, cell.norm(), epsilon, both, 0, scratch);
    float[] row = scratch.row(table, guess, width);
    crew.norm(row, 0, cell.idNorm(), epsilon, both, width, scratch);
    cell.input().prepare(crew.kernels, both, 0, scales, 0);
    crew.multiply(cell.input(), both, both.length, scales, hidden, 1);
    crew.kernels.relu2(hidden, 0, hidden, 0, 2 * width);
    cell.output().prepare(crew.kernels, hidden, 0, scales, 0);
    crew.multiply(cell.output(), hidden, hidden.length, scales, delta, 1);
    for (int i = 0; i < width; i++) {
      next[i] = s[i] + delta[i];
    }
  }
}
