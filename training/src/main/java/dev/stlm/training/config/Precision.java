package dev.stlm.training.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** In what precision a training step multiplies matrices; everything else is in 32 bits. */
public enum Precision {
  /** {@link #MIXED} where the processor multiplies bfloat16 in hardware, else {@link #FLOAT32}. */
  AUTO,
  /** 32-bit floats. */
  FLOAT32,
  /**
   * Products of bfloat16 with sums, weights and optimiser in 32 bits (Micikevicius et al. 2018,
   * arXiv 1710.03740). Validation and results are in 32 bits all the same.
   */
  MIXED;

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Pattern HARDWARE = Pattern.compile("\\b(avx512_bf16|amx_bf16)\\b");

  /**
   * What a run uses.
   *
   * @param cpu whether it computes on the CPU
   */
  public Precision resolve(boolean cpu) {
    if (this != AUTO) {
      return this;
    }
    return cpu && hardware() ? MIXED : FLOAT32;
  }

  private static boolean hardware() {
    try {
      return HARDWARE.matcher(Files.readString(PROCESSORS, StandardCharsets.UTF_8)).find();
    } catch (IOException e) {
      return false; // not Linux
    }
  }
}
