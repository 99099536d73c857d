package dev.stlm.model.kit;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig.Scope;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramHash;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.StackConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The model family as its equations say, in double precision and plain loops: a whole text at once,
 * no caches, no batches. What every runtime is compared with.
 */
public final class ReferenceModel {
  private final Checkpoint checkpoint;
  private final ModelConfig config;
  private final Map<String, double[][]> decoded = new HashMap<>();

  public ReferenceModel(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
  }

  /** The logits after every id, {@code [ids, V]}. */
  public double[][] logits(int... ids) {
    return rows(residuals(ids), this::head);
  }

  /** The logits of the id that follows some ids and some guesses, drafted from the last id. */
  public double[] draft(int[] ids, int... guesses) {
    double[] s = residuals(ids)[ids.length - 1];
    for (int guess : guesses) {
      double[] state = norm(s, "future.norm");
      double[] id = norm(matrix("embed")[guess], "future.idNorm");
      double[] both = Arrays.copyOf(state, 2 * state.length);
      System.arraycopy(id, 0, both, state.length, id.length);
      double[] hidden = relu2(times("future.input", both));
      s = sum(s, times("future.output", hidden));
    }
    return head(s);
  }

  /** The residual stream after every id, before the last norm. */
  private double[][] residuals(int[] ids) {
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      x[t] = embed(ids, t);
    }
    return switch (config) {
      case FlatConfig c -> causal("", c.stack(), x);
      case PooledConfig c -> pooled(c, ids, x);
    };
  }

  private double[] embed(int[] ids, int t) {
    double[][] table = matrix("embed");
    double[] x = table[ids[t]].clone();
    if (config.smear().isPresent() && t > 0) {
      double[] w = vector("smear.gate");
      double gate = 0;
      for (int i = 0; i < w.length; i++) {
        gate += w[i] * table[ids[t]][i];
      }
      double weight = vector("smear.scale")[0] / (1 + Math.exp(-gate));
      x = sum(x, scaled(table[ids[t - 1]], weight));
    }
    if (config.ngrams().isPresent()) {
      for (int n : config.ngrams().get().orders()) {
        int row = NgramHash.row(ids, t, n, config.ngrams().get().rows());
        double[] gram = matrix("ngram." + n + ".table")[row];
        boolean narrow = config.ngrams().get().rowWidth() != config.width();
        x = sum(x, narrow ? times("ngram." + n + ".projection", gram) : gram);
      }
    }
    return x;
  }

  private double[] head(double[] residual) {
    double[] z = times("head", norm(residual, "norm"));
    config.logitSoftCap().ifPresent(cap -> Arrays.setAll(z, i -> cap * Math.tanh(z[i] / cap)));
    return z;
  }

  private double[][] pooled(PooledConfig c, int[] ids, double[][] embedded) {
    boolean[] ends = new boolean[ids.length];
    int[] finished = new int[ids.length]; // patches that have ended, this id included
    int[] patch = new int[ids.length]; // the patch that an id is in
    PatchTracker tracker = new PatchTracker(c.patcher().create());
    for (int t = 0, count = 0; t < ids.length; t++) {
      patch[t] = count;
      ends[t] = tracker.accept(ids[t]);
      finished[t] = ends[t] ? ++count : count;
    }
    boolean own = c.encoder().scope() == Scope.PATCH;
    double[][] h =
        own
            ? stack("encoder.", c.encoder().stack(), embedded, (i, j) -> patch[i] == patch[j])
            : causal("encoder.", c.encoder().stack(), embedded);
    double[][] u = new double[ids.length == 0 ? 0 : finished[ids.length - 1]][];
    for (int k = 0; k < u.length; k++) {
      int patchIndex = k;
      double[][] inPatch =
          rows(
              IntStream.range(0, ids.length)
                  .filter(t -> patch[t] == patchIndex)
                  .mapToObj(t -> h[t])
                  .toArray(double[][]::new),
              row -> norm(row, "pool.norm"));
      u[k] = times("pool.projection", pool(c, inPatch));
    }
    double[][] y = rows(causal("global.", c.global(), u), row -> norm(row, "unpool.norm"));
    return switch (c.decoder()) {
      case DecoderConfig.Autoregressive a -> {
        double[][] x = (own ? embedded : h).clone();
        for (int t = 0; t < x.length; t++) {
          if (finished[t] > 0) {
            x[t] = sum(x[t], times("unpool.projection", y[finished[t] - 1]));
          }
        }
        yield causal("decoder.", a.stack(), x);
      }
      case DecoderConfig.Parallel p -> {
        double[][] x = new double[ids.length][];
        int read = 0; // ids of the unfinished patch
        for (int t = 0; t < ids.length; t++) {
          read = ends[t] ? 0 : read + 1;
          x[t] = slots(p, finished[t] == 0 ? null : y[finished[t] - 1])[read];
        }
        yield x;
      }
    };
  }

  private double[] pool(PooledConfig c, double[][] n) {
    int d = c.width();
    double[] pooled = new double[d];
    double[] weights = new double[n.length];
    switch (c.pooling()) {
      case MEAN -> Arrays.fill(weights, 1.0 / n.length);
      case LAST -> weights[n.length - 1] = 1;
      case MAX -> {
        Arrays.setAll(pooled, i -> Arrays.stream(n).mapToDouble(row -> row[i]).max().orElseThrow());
        return pooled;
      }
      case ATTENTION -> {
        double[] q = vector("pool.query");
        Arrays.setAll(weights, j -> dot(q, n[j], 0, 0, d) / Math.sqrt(d));
        softmax(weights);
      }
    }
    for (int j = 0; j < n.length; j++) {
      pooled = sum(pooled, scaled(n[j], weights[j]));
    }
    return pooled;
  }

  private double[][] slots(DecoderConfig.Parallel p, double @Nullable [] y) {
    int d = config.width();
    double[][] x = matrix("decoder.positions").clone();
    if (y != null) {
      double[] all = times("unpool.projection", y);
      for (int j = 0; j < x.length; j++) {
        x[j] = sum(x[j], Arrays.copyOfRange(all, j * d, (j + 1) * d));
      }
    }
    return stack("decoder.", p.stack(), x, (_, _) -> true);
  }

  /** What a position sees. */
  private interface Sees {
    boolean test(int i, int j);
  }

  private double[][] causal(String prefix, StackConfig c, double[][] x) {
    int window = c.attention().window().orElse(Integer.MAX_VALUE);
    return stack(prefix, c, x, (i, j) -> j <= i && i - j < window);
  }

  private double[][] stack(String prefix, StackConfig c, double[][] input, Sees sees) {
    double[][] x = input;
    for (int pass = 0; pass < c.shares().repeats(); pass++) {
      double[][] firstValues = new double[x.length][];
      for (int layer = 0; layer < c.layers(); layer++) {
        String name = prefix + "layers." + layer;
        x = attention(name + ".attention.", c.attention(), layer, x, firstValues, sees);
        x = ffn(name + ".ffn.", c, x);
      }
    }
    return x;
  }

  private double[][] attention(
      String a, AttentionConfig c, int layer, double[][] x, double[][] firstValues, Sees sees) {
    int h = c.headWidth();
    double[][] qkv = rows(x, row -> times(a + "qkv", norm(row, a + "norm")));
    for (int t = 0; t < x.length; t++) {
      for (int head = 0; head < c.heads() + c.kvHeads(); head++) {
        if (c.qkNorm()) {
          String gain = a + (head < c.heads() ? "queryNorm" : "keyNorm");
          double[] normed = norm(Arrays.copyOfRange(qkv[t], head * h, (head + 1) * h), gain);
          System.arraycopy(normed, 0, qkv[t], head * h, h);
        }
        rotate(qkv[t], head * h, c, t);
      }
      int from = (c.heads() + c.kvHeads()) * h;
      if (layer == 0) {
        firstValues[t] = Arrays.copyOfRange(qkv[t], from, qkv[t].length);
      } else if (c.mixesValues()) {
        double[] mix = vector(a + "valueMix");
        for (int i = 0; i < firstValues[t].length; i++) {
          qkv[t][from + i] = mix[0] * qkv[t][from + i] + mix[1] * firstValues[t][i];
        }
      }
    }
    double[][] y = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] heads = new double[c.heads() * h];
      for (int head = 0; head < c.heads(); head++) {
        int kv = head * c.kvHeads() / c.heads();
        double[] p = new double[x.length];
        for (int j = 0; j < x.length; j++) {
          p[j] =
              sees.test(i, j)
                  ? dot(qkv[i], qkv[j], head * h, (c.heads() + kv) * h, h) / Math.sqrt(h)
                  : Double.NEGATIVE_INFINITY;
        }
        softmax(p);
        for (int j = 0; j < x.length; j++) {
          for (int k = 0; k < h; k++) {
            heads[head * h + k] += p[j] * qkv[j][(c.heads() + c.kvHeads() + kv) * h + k];
          }
        }
      }
      y[i] = sum(x[i], times(a + "output", heads));
    }
    return y;
  }

  private void rotate(double[] x, int at, AttentionConfig c, int position) {
    int half = c.rotated() / 2;
    double factor =
        c.ropeScaling().orElse(null) instanceof RopeScaling.Longrope l ? l.attentionFactor() : 1;
    for (int i = 0; i < half; i++) {
      double angle = position * frequency(c, i, Math.pow(c.ropeTheta(), -1.0 * i / half));
      double u = x[at + i];
      double v = x[at + half + i];
      x[at + i] = factor * (u * Math.cos(angle) - v * Math.sin(angle));
      x[at + half + i] = factor * (v * Math.cos(angle) + u * Math.sin(angle));
    }
  }

  private double frequency(AttentionConfig c, int pair, double plain) {
    double wavelength = 2 * Math.PI / plain;
    return switch (c.ropeScaling().orElse(null)) {
      case null -> plain;
      case RopeScaling.Linear s -> plain / s.factor();
      case RopeScaling.Longrope s ->
          plain
              / (config.contextLength() > s.originalContext() ? s.longFactors() : s.shortFactors())
                  .get(pair);
      case RopeScaling.Llama3 s -> {
        if (wavelength < s.originalContext() / s.highFreqFactor()) {
          yield plain;
        }
        if (wavelength > s.originalContext() / s.lowFreqFactor()) {
          yield plain / s.factor();
        }
        double smooth =
            (s.originalContext() / wavelength - s.lowFreqFactor())
                / (s.highFreqFactor() - s.lowFreqFactor());
        yield (1 - smooth) * plain / s.factor() + smooth * plain;
      }
    };
  }

  private double[][] ffn(String f, StackConfig c, double[][] x) {
    boolean delta = c.shares().ffnDeltaRank() > 0;
    return rows(
        x,
        row -> {
          double[] n = norm(row, f + "norm");
          double[] h = times(f + "input", n);
          if (delta) {
            h = sum(h, times(f + "inputDelta.up", times(f + "inputDelta.down", n)));
          }
          double[] z =
              switch (c.ffn().activation()) {
                case SWIGLU -> swiglu(h, c.ffn().width());
                case RELU2 -> relu2(h);
                case GELU -> gelu(h);
              };
          double[] y = times(f + "output", z);
          if (delta) {
            y = sum(y, times(f + "outputDelta.up", times(f + "outputDelta.down", z)));
          }
          return sum(row, y);
        });
  }

  private static double[] swiglu(double[] h, int width) {
    double[] z = new double[width];
    Arrays.setAll(z, i -> h[i] / (1 + Math.exp(-h[i])) * h[width + i]);
    return z;
  }

  private static double[] gelu(double[] h) {
    double scale = Math.sqrt(2 / Math.PI);
    return Arrays.stream(h)
        .map(v -> v / 2 * (1 + Math.tanh(scale * (v + 0.044715 * v * v * v))))
        .toArray();
  }

  private static double[] relu2(double[] h) {
    return Arrays.stream(h).map(v -> v > 0 ? v * v : 0).toArray();
  }

  private double[] norm(double[] x, String gain) {
    double[] g = vector(gain);
    double scale = 1 / Math.sqrt(dot(x, x, 0, 0, x.length) / x.length + config.normEpsilon());
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> x[i] * scale * g[i]);
    return y;
  }

  private double[] times(String matrix, double[] x) {
    double[][] w = matrix(matrix);
    double[] y = new double[w.length];
    Arrays.setAll(y, i -> dot(w[i], x, 0, 0, x.length));
    return y;
  }

  private static double dot(double[] a, double[] b, int aAt, int bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[aAt + i] * b[bAt + i];
    }
    return sum;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] y = a.clone();
    Arrays.setAll(y, i -> a[i] + b[i]);
    return y;
  }

  private static double[] scaled(double[] a, double factor) {
    return Arrays.stream(a).map(v -> v * factor).toArray();
  }

  private static void softmax(double[] p) {
    double max = Arrays.stream(p).max().orElseThrow();
    Arrays.setAll(p, i -> Math.exp(p[i] - max));
    double total = Arrays.stream(p).sum();
    Arrays.setAll(p, i -> p[i] / total);
  }

  private static double[][] rows(double[][] x, UnaryOperator<double[]> function) {
    return Arrays.stream(x).map(function).toArray(double[][]::new);
  }

  private double[] vector(String name) {
    return matrix(name)[0];
  }

  private double[][] matrix(String name) {
    return decoded.computeIfAbsent(
        name,
        n -> {
          Tensor t = checkpoint.tensor(n);
          float[] values = t.toFloats();
          double[][] w = new double[t.rows()][t.columns()];
          for (int i = 0; i < values.length; i++) {
            w[i / t.columns()][i % t.columns()] = values[i];
          }
          return w;
        });
  }
}
