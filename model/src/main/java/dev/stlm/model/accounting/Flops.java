package dev.stlm.model.accounting;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.StackConfig;

/**
 * Floating-point operations of one forward step, which reads one id with {@code context} ids before
 * it in the cache and gives the logits of the next: with the byte tokenizer, the cost of a byte.
 *
 * <p>A multiply-add counts as two operations. Counted are the matrix products and the attention
 * over the cache; norms, activations, rotations, softmax and additions are not (together below a
 * few percent). Zeros in pruned weights count in full. With width D, depth L (layers times
 * repeats), query heads H, key heads K, head width h, feed-forward width F (G = 2F for a gated
 * activation, else F), low-rank deltas of rank r, vocabulary V, and n-gram rows of width w in N
 * orders:
 *
 * <ul>
 *   <li>embedding: 2·N·D·w where the rows are projected (w ≠ D), else 0: look-ups are free
 *   <li>attention: L · (2·D·(H+2K)·h + 2·D·H·h + 4·H·h·s), the last for the scores and the weighted
 *       sum over the s positions seen: the context and the id itself, or the window
 *   <li>ffn: L · (2·D·G + 2·D·F + 2·r·(2D + G + F))
 *   <li>head: 2·D·V
 * </ul>
 *
 * <p>In a pooled model with b bytes a patch, what runs once a patch counts 1/b of its operations:
 * the global stack over context / b patches, and the projections before and after it. An encoder
 * whose bytes see their patch, and a decoder whose slots do, see b and S positions; a parallel
 * decoder runs its S slots once a patch. Drafts of ids after the next are not counted: inference
 * needs none, and training adds {@link #draft}.
 *
 * @param embedding operations before the first block
 * @param attention operations of all attention parts
 * @param ffn operations of all feed-forward parts
 * @param head operations of the output head
 * @param pooling operations of the projections between bytes and patches; 0 in a flat model
 */
public record Flops(long embedding, long attention, long ffn, long head, long pooling) {

  /** The operations of all parts. */
  public long total() {
    return embedding + attention + ffn + head + pooling;
  }

  /**
   * Counts one step.
   *
   * @param context ids already read, from 0 to the context length − 1
   * @param bytesPerPatch mean length of a patch, at least 1; ignored for a flat model
   */
  public static Flops of(ModelConfig config, int context, double bytesPerPatch) {
    if (context < 0 || context >= config.contextLength()) {
      throw new IllegalArgumentException(
          context + " ids before the current one, of at most " + (config.contextLength() - 1));
    }
    if (!(bytesPerPatch >= 1)) {
      throw new IllegalArgumentException(bytesPerPatch + " bytes a patch");
    }
    long d = config.width();
    long embedding = config.ngrams().map(g -> ngrams(g, d)).orElse(0L);
    long head = 2 * d * config.vocabularySize();
    return switch (config) {
      case FlatConfig c -> {
        double seen = seen(c.attention(), context + 1.0);
        yield new Flops(embedding, attention(c.stack(), seen), ffn(c.stack()), head, 0);
      }
      case PooledConfig c -> pooled(c, context + 1.0, bytesPerPatch, embedding, head);
    };
  }

  private static Flops pooled(PooledConfig c, double ids, double b, long embedding, long head) {
    StackConfig encoder = c.encoder().stack();
    StackConfig global = c.global();
    StackConfig decoder = c.decoder().stack();
    double encoderSees =
        c.encoder().scope() == EncoderConfig.Scope.PATCH ? b : seen(encoder.attention(), ids);
    // how often a part runs for a byte
    double perPatch = 1 / b;
    double decoderRuns = 1;
    double decoderSees = seen(decoder.attention(), ids);
    long unpool = 2L * c.width() * global.width();
    if (c.decoder() instanceof DecoderConfig.Parallel p) {
      decoderRuns = p.slots() / b;
      decoderSees = p.slots();
      unpool *= p.slots();
    }
    double attention =
        attention(encoder, encoderSees)
            + perPatch * attention(global, seen(global.attention(), Math.max(1, ids / b)))
            + decoderRuns * attention(decoder, decoderSees);
    double ffn = ffn(encoder) + perPatch * ffn(global) + decoderRuns * ffn(decoder);
    double pooling = perPatch * (2.0 * c.width() * global.width() + unpool);
    return new Flops(embedding, Math.round(attention), Math.round(ffn), head, Math.round(pooling));
  }

  /**
   * Operations that training adds for the drafts of ids after the next: for each one a cell {@code
   * [2D, 2D]} and {@code [D, 2D]}, and the head.
   */
  public static long draft(ModelConfig config) {
    long d = config.width();
    return config
        .futureIds()
        .map(n -> n * (12 * d * d + 2 * d * config.vocabularySize()))
        .orElse(0L);
  }

  private static double seen(AttentionConfig a, double positions) {
    return Math.min(positions, a.window().orElse(Integer.MAX_VALUE));
  }

  private static long attention(StackConfig c, double seen) {
    long d = c.width();
    AttentionConfig a = c.attention();
    long queryWidth = (long) a.heads() * a.headWidth();
    long fixed = 2 * d * a.qkvRows() + 2 * d * queryWidth;
    return c.depth() * (fixed + Math.round(4 * queryWidth * seen));
  }

  private static long ffn(StackConfig c) {
    long d = c.width();
    long in = c.ffn().inputRows();
    long f = c.ffn().width();
    long deltas = 2L * c.shares().ffnDeltaRank() * (2 * d + in + f);
    return c.depth() * (2 * d * in + 2 * d * f + deltas);
  }

  private static long ngrams(NgramConfig g, long width) {
    return g.rowWidth() == width ? 0 : 2 * width * g.rowWidth() * g.orders().size();
  }
}
