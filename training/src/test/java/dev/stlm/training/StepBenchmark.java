package dev.stlm.training;

import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times training steps: {@code StepBenchmark PRESET SEQUENCES LENGTH STEPS THREADS}. Not a test:
 * run by {@code training/src/bench/compare.sh}, which alternates it with PyTorch.
 */
public final class StepBenchmark {
  /** Steps before the clock counts. */
  private static final int WARM_UP = 3;

  private StepBenchmark() {}

  /**
   * Prints bytes a second and a CPU second of the median step, and resident memory after 100, 200,
   * 400, 800 … steps. The text is letters by chance, or the file of the system property {@code
   * text}; the preset may be the path of a config. The system properties {@code precision} and
   * {@code optimizer} are names, and {@code device} is cpu or gpu. With {@code -Drecompute=true}
   * the backward pass computes activations again.
   */
  public static void main(String[] args) throws IOException {
    ModelConfig model =
        args[0].endsWith(".json")
            ? StrictJson.read(Path.of(args[0]), ModelConfig.class)
            : Presets.named(args[0]);
    int steps = Integer.parseInt(args[3]);
    if (args.length > 5) {
      StrictJson.write(Path.of(args[5]), model);
    }
    Path text = Files.createTempFile("stlm", ".txt");
    try {
      byte[] letters = new byte[1 << 20];
      Random random = new Random(1);
      for (int i = 0; i < letters.length; i++) {
        letters[i] = (byte) (97 + random.nextInt(26));
      }
      String given = System.getProperty("text");
      Files.write(text, given == null ? letters : Files.readAllBytes(Path.of(given)));
      TrainingConfig config =
          TrainingConfig.of(
                  Budget.ofSteps(steps),
                  new BatchConfig(Integer.parseInt(args[1]), Integer.parseInt(args[2]), 1),
                  OptimizerConfig.named(System.getProperty("optimizer", "adamw")))
              .with(Precision.valueOf(System.getProperty("precision", "FLOAT32")))
              .withRecompute(Boolean.getBoolean("recompute"))
              .withValidations(0)
              .withThreads(Integer.parseInt(args[4]));
      List<Double> seconds = new ArrayList<>();
      List<Double> cpuSeconds = new ArrayList<>();
      double[] cpuBefore = {cpuSeconds()};
      Tokenizer bytes = new ByteTokenizer();
      Tokenizer tokenizer =
          model.vocabularySize() == bytes.vocabularySize()
              ? bytes
              : Tokenizers.create("gpt2", Map.of());
      double[] bytesAStep = {0};
      TrainingRun.of(InitialCheckpoint.random(model, tokenizer, 1), text, config)
          .device(System.getProperty("device", "cpu"))
          .holdOut(0)
          .listener(
              new TrainingListener() {
                @Override
                public void stepped(StepMetrics m) {
                  double cpu = cpuSeconds();
                  bytesAStep[0] = m.bytes() / (double) m.step();
                  if (m.step() > WARM_UP) {
                    seconds.add(m.seconds());
                    cpuSeconds.add(cpu - cpuBefore[0]);
                  }
                  cpuBefore[0] = cpu;
                  if (m.step() % 100 == 0 && Long.bitCount(m.step() / 100) == 1) {
                    System.out.printf("stlm resident at step %d: %d kB%n", m.step(), resident());
                  }
                }
              })
          .build()
          .run();
      Collections.sort(seconds);
      Collections.sort(cpuSeconds);
      double median = seconds.get(seconds.size() / 2);
      System.out.printf(
          "stlm %s median %.0f bytes/s best %.0f, median %.0f bytes a CPU second%n",
          args[0],
          bytesAStep[0] / median,
          bytesAStep[0] / seconds.getFirst(),
          bytesAStep[0] / cpuSeconds.get(cpuSeconds.size() / 2));
    } finally {
      Files.delete(text);
    }
  }

  /** CPU time of this process so far. */
  private static double cpuSeconds() {
    return ProcessHandle.current()
            .info()
            .totalCpuDuration()
            .orElse(java.time.Duration.ZERO)
            .toNanos()
        / 1e9;
  }

  /** Resident memory of this process in kB, as Linux counts it; -1 elsewhere. */
  static long resident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
