package dev.stlm.model.runtime;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointBundle;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.runtime.internal.CpuModel;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Runs models on the CPU, in Java alone.
 *
 * <p>Results are the same bits whatever the number of threads (system property {@code
 * stlm.threads}, default: the processors), the kernels (system property {@code stlm.kernels}:
 * {@code scalar} or {@code vector}, default: the faster one that is there) and the way a text is
 * cut into appends.
 */
public final class CpuRuntime implements RuntimeProvider {
  /** The name of this runtime. */
  public static final String NAME = "cpu";

  private final OptionalInt threads;

  /** A runtime on the threads of this process. */
  public CpuRuntime() {
    threads = OptionalInt.empty();
  }

  /**
   * A runtime on a number of threads of its own, for comparisons: models of the same number share
   * them.
   *
   * @param threads that work on a step, the caller included; at least 1
   */
  public CpuRuntime(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    this.threads = OptionalInt.of(threads);
  }

  /** Which kernels this process has chosen, and why, in a few words. */
  public static String kernels() {
    return CpuModel.kernels();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LanguageModel load(Path checkpointDirectory) {
    // a checkpoint inside a program brings its hash, so that nothing need read all of it
    return CheckpointBundle.find(checkpointDirectory)
        .map(bundle -> CpuModel.of(bundle.open(), threads(), bundle.hash()))
        .orElseGet(() -> CpuModel.of(CheckpointDirectory.open(checkpointDirectory), threads()));
  }

  @Override
  public LanguageModel load(Checkpoint checkpoint) {
    return CpuModel.of(checkpoint, threads());
  }

  // read when it is needed: a command may set the property before it loads
  private int threads() {
    return threads.orElseGet(
        () -> Integer.getInteger("stlm.threads", Runtime.getRuntime().availableProcessors()));
  }
}
