package dev.stlm.model.kit;

import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig.Scope;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.StackConfig;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which ids the logits after each position are made of, as it follows from the config and from
 * where the patches end: an id outside may change nothing as long as the patches stay.
 */
final class Reach {
  private Reach() {}

  /** For each position the positions whose ids its logits depend on. */
  static BitSet[] of(ModelConfig config, int[] ids) {
    BitSet[] embedded = rows(ids.length);
    int before = config.ngrams().map(g -> g.orders().getLast() - 1).orElse(0);
    before = Math.max(before, config.smear().isPresent() ? 1 : 0);
    for (int t = 0; t < ids.length; t++) {
      embedded[t].set(Math.max(0, t - before), t + 1);
    }
    return switch (config) {
      case FlatConfig c -> causal(c.stack(), embedded);
      case PooledConfig c -> pooled(c, ids, embedded);
    };
  }

  /** Whether the patches of some ids end at the same places as those of others. */
  static boolean samePatches(ModelConfig config, int[] a, int[] b) {
    return !(config instanceof PooledConfig c) || Arrays.equals(ends(c, a), ends(c, b));
  }

  /** Whether everything in reach is sure to matter: the largest of some values hides others. */
  static boolean isFelt(ModelConfig config) {
    return !(config instanceof PooledConfig c && c.pooling() == Pooling.MAX);
  }

  private static BitSet[] pooled(PooledConfig c, int[] ids, BitSet[] embedded) {
    boolean[] ends = ends(c, ids);
    int[] patch = new int[ids.length];
    for (int t = 1; t < ids.length; t++) {
      patch[t] = patch[t - 1] + (ends[t - 1] ? 1 : 0);
    }
    BitSet[] encoded = rows(ids.length);
    if (c.encoder().scope() == Scope.CAUSAL) {
      encoded = causal(c.encoder().stack(), embedded);
    } else {
      for (int t = 0; t < ids.length; t++) {
        for (int j = 0; j < ids.length; j++) {
          if (j == t || (patch[j] == patch[t] && c.encoder().stack().layers() > 0)) {
            encoded[t].or(embedded[j]);
          }
        }
      }
    }
    BitSet[] patches = rows((int) IntStream.range(0, ids.length).filter(t -> ends[t]).count());
    for (int t = 0; t < ids.length; t++) {
      if (patch[t] < patches.length && (c.pooling() != Pooling.LAST || ends[t])) {
        patches[patch[t]].or(encoded[t]);
      }
    }
    BitSet[] said = causal(c.global(), patches);
    BitSet[] x = rows(ids.length);
    for (int t = 0; t < ids.length; t++) {
      int finished = patch[t] + (ends[t] ? 1 : 0);
      if (finished > 0) {
        x[t].or(said[finished - 1]);
      }
      if (c.decoder() instanceof DecoderConfig.Autoregressive) {
        x[t].or(c.encoder().scope() == Scope.CAUSAL ? encoded[t] : embedded[t]);
      }
    }
    return c.decoder() instanceof DecoderConfig.Autoregressive a ? causal(a.stack(), x) : x;
  }

  private static BitSet[] causal(StackConfig c, BitSet[] input) {
    int window = c.attention().window().orElse(input.length);
    BitSet[] x = input;
    for (int layer = 0; layer < c.depth(); layer++) {
      BitSet[] y = rows(x.length);
      for (int i = 0; i < x.length; i++) {
        for (int j = Math.max(0, i - window + 1); j <= i; j++) {
          y[i].or(x[j]);
        }
      }
      x = y;
    }
    return x;
  }

  private static boolean[] ends(PooledConfig c, int[] ids) {
    PatchTracker tracker = new PatchTracker(c.patcher().create());
    boolean[] ends = new boolean[ids.length];
    for (int t = 0; t < ids.length; t++) {
      ends[t] = tracker.accept(ids[t]);
    }
    return ends;
  }

  private static BitSet[] rows(int count) {
    return IntStream.range(0, count).mapToObj(_ -> new BitSet()).toArray(BitSet[]::new);
  }
}
