package dev.stlm.model.checkpoint;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Checkpoints before any training. */
public final class InitialCheckpoint {
  private static final String STEP = "initialise.random/1";

  private InitialCheckpoint() {}

  /**
   * Draws every parameter as its {@link Init} says.
   *
   * <p>The same config and seed give the same bits on every machine and JDK: {@link Random} is
   * specified to the bit. Each parameter has a stream of its own, so that adding a parameter leaves
   * those before it as they were.
   *
   * @throws InvalidInputException if tokenizer and config do not fit, or a parameter is too large
   */
  public static Checkpoint random(ModelConfig config, Tokenizer tokenizer, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long stream = seed;
    for (Parameter p : ParameterLayout.of(config).stored()) {
      stream += 0x9E3779B97F4A7C15L;
      if (p.size() > Integer.MAX_VALUE - 8) {
        throw new InvalidInputException(
            "config: parameter %s would have %d values; at most 2^31 - 9 are possible"
                .formatted(p.name(), p.size()));
      }
      float[] values = new float[(int) p.size()];
      switch (p.init()) {
        case Init.Constant c -> Arrays.fill(values, c.value());
        case Init.Normal n -> {
          Random random = new Random(mix(stream));
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (n.standardDeviation() * random.nextGaussian());
          }
        }
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    History.Entry entry = new History.Entry(STEP, Map.of("seed", Long.toString(seed)));
    return new Checkpoint(config, tokenizer, tensors, new History(List.of(entry)));
  }

  /** Whether a checkpoint is as it was made here: nothing was done to it since. */
  public static boolean isInitial(Checkpoint checkpoint) {
    List<History.Entry> entries = checkpoint.history().entries();
    return entries.size() == 1 && entries.getFirst().step().equals(STEP);
  }

  /**
   * The finaliser of SplitMix64 (Steele et al. 2014): seeds next to each other end up far apart.
   */
  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
