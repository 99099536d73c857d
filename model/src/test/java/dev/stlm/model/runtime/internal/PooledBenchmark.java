package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.StackConfig;
import dev.stlm.model.kit.TinyConfigs;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.kit.TinyTexts;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Bytes per second of a pooled model and of a flat one of about its size: decoding byte by byte,
 * reading a prompt, and what a round of speculation costs against a step. Run as a program with
 * {@code --add-modules jdk.incubator.vector}; argument: repetitions (default 15). One thread, timed
 * by its CPU time; the models take turns; medians and quartiles of words of five letters.
 */
public final class PooledBenchmark {
  private static final int COUNT = 256;
  private static final int ROUNDS = 40;
  private static final AttentionConfig LOCAL = new AttentionConfig(6, 2, 32, 10000, true);

  private PooledBenchmark() {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Variant(
      String name, LanguageModel model, double[] decode, double[] prompt, double[][] round) {}

  public static void main(String[] args) {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    List<Variant> variants = new ArrayList<>();
    for (boolean int8 : new boolean[] {false, true}) {
      add(variants, "flat 384 x 6", flat(), int8, repetitions);
      add(variants, "pooled 192 1+2, 384 x 6", pooled(), int8, repetitions);
    }
    int[] ids = TinyTexts.words(COUNT, 3);
    for (int r = -4; r < repetitions; r++) {
      for (Variant v : variants) {
        measure(v, ids, r);
      }
    }
    for (Variant v : variants) {
      System.out.printf(
          Locale.ROOT,
          "%-32s %8d parameters, decode %s  prompt %s bytes/s%n",
          v.name,
          ParameterLayout.of(v.model.config()).parameterCount(),
          quartiles(v.decode),
          quartiles(v.prompt));
      for (int n = 1; n <= v.model.draftLength(); n++) {
        System.out.printf(
            Locale.ROOT, "%34s drafts and their check: %s steps%n", n, quartiles(v.round[n - 1]));
      }
      v.model.close();
    }
  }

  private static void add(
      List<Variant> variants, String name, ModelConfig config, boolean int8, int repetitions) {
    var checkpoint = TinyModels.random(config, 1);
    LanguageModel model =
        new CpuModel(
            int8 ? TinyModels.int8(checkpoint, 32) : checkpoint,
            new VectorKernels(),
            new WorkerPool(1));
    variants.add(
        new Variant(
            name + (int8 ? ", int8" : ", f32"),
            model,
            new double[repetitions],
            new double[repetitions],
            new double[model.draftLength()][repetitions]));
  }

  private static FlatConfig flat() {
    return new FlatConfig(
        260,
        COUNT,
        384,
        6,
        new AttentionConfig(6, 2, 64, 10000, true),
        new FfnConfig(1024, Activation.SWIGLU),
        1e-5,
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(4));
  }

  private static PooledConfig pooled() {
    FfnConfig local = new FfnConfig(512, Activation.SWIGLU);
    return new PooledConfig(
        260,
        COUNT,
        192,
        TinyConfigs.whitespace(12),
        new EncoderConfig(
            EncoderConfig.Scope.CAUSAL, new StackConfig(192, 1, LOCAL.withWindow(64), local)),
        Pooling.MEAN,
        new StackConfig(
            384,
            6,
            new AttentionConfig(6, 2, 64, 10000, true),
            new FfnConfig(1024, Activation.SWIGLU)),
        new DecoderConfig.Autoregressive(new StackConfig(192, 2, LOCAL.withWindow(64), local)),
        1e-5,
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(4));
  }

  private static void measure(Variant v, int[] ids, int repetition) {
    float[] logits = new float[v.model.config().vocabularySize()];
    try (Session session = v.model.newSession()) {
      long start = now();
      for (int id : ids) {
        session.append(id, logits);
      }
      long decoded = now();
      session.truncate(0);
      long again = now();
      session.append(ids, (_, _) -> {});
      long read = now();
      double step = (decoded - start) / (double) ids.length;
      if (repetition >= 0) {
        v.decode[repetition] = 1e9 / step;
        v.prompt[repetition] = ids.length * 1e9 / (read - again);
      }
      for (int n = 1; n <= v.model.draftLength(); n++) {
        double round = round(session, ids, n, logits) / step;
        if (repetition >= 0) {
          v.round[n - 1][repetition] = round;
        }
      }
    }
  }

  /** Nanoseconds of drafting n ids, reading them with the one before, and going back over them. */
  private static double round(Session session, int[] ids, int n, float[] logits) {
    session.truncate(0);
    session.append(ids[0]);
    long start = now();
    int rounds = 0;
    for (int t = 1; t < ROUNDS; t++, rounds++) {
      int[] ahead = Arrays.copyOfRange(ids, t, t + n + 1);
      for (int j = 1; j <= n; j++) {
        session.draft(ahead, j, logits);
      }
      session.append(ahead, (_, _) -> {});
      session.truncate(t + 1);
    }
    return (now() - start) / (double) rounds;
  }

  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String quartiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    String form = sorted[n / 2] < 100 ? "%.2f (%.2f-%.2f)" : "%.0f (%.0f-%.0f)";
    return String.format(Locale.ROOT, form, sorted[n / 2], sorted[n / 4], sorted[3 * n / 4]);
  }
}
