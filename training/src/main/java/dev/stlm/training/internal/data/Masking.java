package dev.stlm.training.internal.data;

import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.internal.torch.Batch;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Takes the last sequences of each group of a batch out of it and masks spans of their ids. Which
 * ones follows from the seed and the step alone.
 *
 * <p>An id that is masked among the inputs is the target of the position before it; all other
 * targets of these sequences are ignored.
 *
 * @param mask the id that stands for what is hidden; no text has it
 */
public record Masking(MaskingConfig config, int mask, long seed) {
  /**
   * A batch in two parts.
   *
   * @param causal sequences as they were
   * @param masked sequences with masked ids
   */
  public record Mix(Batch causal, Batch masked) {}

  /** The parts of a batch of at least two sequences a group. */
  public Mix of(Batch batch, long step) {
    int all = batch.sequences();
    int some = config.sequences(all);
    Batch causal = part(batch, 0, all - some);
    Batch masked = part(batch, all - some, all);
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(seed).nextLong() ^ step * 0xD1342543DE82EF95L);
    int length = batch.length();
    int[] targets = new int[masked.targets().length];
    Arrays.fill(targets, Batch.IGNORED);
    for (int at = 0; at < targets.length; at += length) {
      mask(masked.inputs(), masked.targets(), targets, at, length, random);
    }
    return new Mix(causal, new Batch(batch.groups(), some, length, masked.inputs(), targets));
  }

  /** Sequences of each group, copied. */
  private static Batch part(Batch batch, int from, int to) {
    int length = batch.length();
    int n = (to - from) * length;
    int[] inputs = new int[batch.groups() * n];
    int[] targets = new int[inputs.length];
    for (int a = 0; a < batch.groups(); a++) {
      int at = (a * batch.sequences() + from) * length;
      System.arraycopy(batch.inputs(), at, inputs, a * n, n);
      System.arraycopy(batch.targets(), at, targets, a * n, n);
    }
    return new Batch(batch.groups(), to - from, length, inputs, targets);
  }

  /** Masks spans of the sequence that starts at {@code at}; its first id is not text. */
  private void mask(
      int[] inputs, int[] next, int[] targets, int at, int length, SplittableRandom random) {
    // of spans of s ids with gaps of s (1 - r) / r between them a share r is in spans
    double r = config.rate();
    double begins = r / (r + config.span() * (1 - r));
    int left = 0;
    for (int t = 1; t < length; t++) {
      if (left == 0 && random.nextDouble() < begins) {
        left = 1 + random.nextInt(2 * config.span() - 1);
      }
      if (left > 0) {
        left--;
        // a target that is ignored stays so
        targets[at + t - 1] = next[at + t - 1];
        inputs[at + t] = mask;
      }
    }
  }
}
