package dev.stlm.model.accounting;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;

/**
 * Floating-point operations of one forward step, which reads one id with {@code context} ids before
 * it in the cache and gives the logits of the next: with the byte tokenizer, the cost of a byte.
 *
 * <p>A multiply-add counts as two operations. Counted are the matrix products and the attention
 * over the cache; norms, activations, rotations, softmax and additions are not (together below a
 * few percent). Zeros in pruned weights count in full. With width D, layers L, query heads H, key
 * heads K, head width h, feed-forward width F (G = 2F for a gated activation, else F), vocabulary
 * V, and n-gram rows of width w in N orders:
 *
 * <ul>
 *   <li>embedding: 2·N·D·w where the rows are projected (w ≠ D), else 0: look-ups are free
 *   <li>attention: L · (2·D·(H+2K)·h + 2·D·H·h + 4·H·h·(context + 1)), the last for the scores and
 *       the weighted sum over the cached positions and the id itself
 *   <li>ffn: L · (2·D·G + 2·D·F)
 *   <li>head: 2·D·V
 * </ul>
 *
 * @param embedding operations before the first block
 * @param attention operations of all attention parts
 * @param ffn operations of all feed-forward parts
 * @param head operations of the output head
 */
public record Flops(long embedding, long attention, long ffn, long head) {

  /** The operations of all parts. */
  public long total() {
    return embedding + attention + ffn + head;
  }

  /**
   * Counts one step.
   *
   * @param context ids already read, from 0 to the context length − 1
   */
  public static Flops of(ModelConfig config, int context) {
    if (context < 0 || context >= config.contextLength()) {
      throw new IllegalArgumentException(
          context + " ids before the current one, of at most " + (config.contextLength() - 1));
    }
    return switch (config) {
      case FlatConfig flat -> flat(flat, context);
    };
  }

  private static Flops flat(FlatConfig c, int context) {
    long d = c.width();
    AttentionConfig a = c.attention();
    long queryWidth = (long) a.heads() * a.headWidth();
    long attention = 2 * d * a.qkvRows() + 2 * d * queryWidth + 4 * queryWidth * (context + 1L);
    long ffn = 2 * d * c.ffn().inputRows() + 2 * d * c.ffn().width();
    return new Flops(
        c.ngrams().map(g -> ngrams(g, d)).orElse(0L),
        c.layers() * attention,
        c.layers() * ffn,
        2 * d * c.vocabularySize());
  }

  private static long ngrams(NgramConfig g, long width) {
    return g.rowWidth() == width ? 0 : 2 * width * g.rowWidth() * g.orders().size();
  }
}
