package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.runtime.code.MachineCode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Bytes per second of decoding and of reading prompts, scalar against vector kernels, 32-bit floats
 * against 16-bit ones and integers of 8 and 4 bits, by threads. Run as a program with {@code
 * --add-modules jdk.incubator.vector}; arguments: repetitions (default 15), threads (default: the
 * processors), and {@code vector} or {@code scalar} for these kernels only. The variants take
 * turns, one repetition each, so that a busy machine slows all of them; medians and quartiles are
 * printed; one thread is timed by its CPU time, several by the wall.
 */
public final class KernelBenchmark {
  private static final int DECODE = 64;
  private static final int PROMPT = 256;

  private KernelBenchmark() {}

  /** One thing that is measured. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Variant(
      String name, int threads, LanguageModel model, double[] decode, double[] prompt) {}

  public static void main(String[] args) {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    int threads =
        args.length > 1 ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
    String only = args.length > 2 ? args[2] : "";
    FlatConfig config =
        new FlatConfig(
            260,
            PROMPT,
            256,
            6,
            new AttentionConfig(4, 4, 64, 10000, true),
            new FfnConfig(704, Activation.SWIGLU),
            1e-5,
            true,
            Optional.empty());
    Checkpoint f32 = TinyModels.random(config, 1);
    Checkpoint int8 = TinyModels.int8(f32, 32);
    Checkpoint int4 = TinyModels.int4(f32, 32);
    Checkpoint bf16 = TinyModels.bf16(f32);
    Checkpoint byRow = TinyModels.int8(f32, 1 << 20);
    List<Variant> variants = new ArrayList<>();
    for (int n = 1; n <= threads; n += Math.max(1, threads - 1)) {
      WorkerPool pool = new WorkerPool(n);
      for (Kernels kernels :
          List.of(
              new VectorKernels(MachineCode.find().code()),
              new VectorKernels(),
              new ScalarKernels())) {
        if (!kernels.name().startsWith(only)) {
          continue;
        }
        String what = kernels.name() + ", " + n + " threads, ";
        variants.add(variant(what + "f32", n, new CpuModel(f32, kernels, pool), repetitions));
        variants.add(variant(what + "bf16", n, new CpuModel(bf16, kernels, pool), repetitions));
        variants.add(variant(what + "int8/32", n, new CpuModel(int8, kernels, pool), repetitions));
        variants.add(variant(what + "int4/32", n, new CpuModel(int4, kernels, pool), repetitions));
        variants.add(
            variant(what + "int8/row", n, new CpuModel(byRow, kernels, pool), repetitions));
      }
    }
    int[] ids = new Random(2).ints(PROMPT, 0, 256).toArray();
    for (int r = -3; r < repetitions; r++) {
      for (Variant v : variants) {
        measure(v, ids, r);
      }
    }
    System.out.printf(
        "%d parameters; bytes/s: median (quartiles) of %d%n",
        dev.stlm.model.config.ParameterLayout.of(config).parameterCount(), repetitions);
    for (Variant v : variants) {
      System.out.printf(
          "%-42s decode %s   prompt %s%n", v.name, quartiles(v.decode), quartiles(v.prompt));
      v.model.close();
    }
  }

  private static Variant variant(String name, int threads, LanguageModel model, int repetitions) {
    return new Variant(name, threads, model, new double[repetitions], new double[repetitions]);
  }

  private static void measure(Variant v, int[] ids, int repetition) {
    float[] logits = new float[v.model.config().vocabularySize()];
    try (Session session = v.model.newSession()) {
      long start = now(v);
      for (int i = 0; i < DECODE; i++) {
        session.append(ids[i], logits);
      }
      long decoded = now(v);
      session.truncate(0);
      long again = now(v);
      session.append(ids, (_, _) -> {});
      long read = now(v);
      if (repetition >= 0) {
        v.decode[repetition] = DECODE * 1e9 / (decoded - start);
        v.prompt[repetition] = PROMPT * 1e9 / (read - again);
      }
    }
  }

  /** CPU time where one thread does all, which a busy machine does not stretch; else wall time. */
  private static long now(Variant v) {
    return v.threads == 1
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private static String quartiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return String.format(
        Locale.ROOT,
        "%7.0f (%.0f-%.0f)",
        sorted[n / 2],
        sorted[n / 4],
        sorted[Math.min(n - 1, 3 * n / 4)]);
  }
}
