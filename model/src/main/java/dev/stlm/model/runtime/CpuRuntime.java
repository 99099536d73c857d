package dev.stlm.model.runtime;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.Checkpoint;
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

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LanguageModel load(Path checkpointDirectory) {
    return load(CheckpointDirectory.open(checkpointDirectory));
  }

  @Override
  public LanguageModel load(Checkpoint checkpoint) {
    // read when it is needed: a command may set the property before it loads
    return CpuModel.of(
        checkpoint,
        threads.orElseGet(
            () -> Integer.getInteger("stlm.threads", Runtime.getRuntime().availableProcessors())));
  }
}
