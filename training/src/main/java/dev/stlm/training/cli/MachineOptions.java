package dev.stlm.training.cli;

import dev.stlm.training.config.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What computes a run, and how. */
final class MachineOptions {
  @Option(names = "--threads", paramLabel = "N", description = "CPU threads; default: one a core.")
  private @Nullable Integer threads;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu or gpu; default: auto, a GPU if there is one.")
  private @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "auto, float32 or mixed (products in bfloat16); default: auto, mixed where the device"
              + " has it in hardware.")
  private @Nullable Precision precision;

  @Option(
      names = "--recompute",
      description =
          "Compute activations again in the backward pass instead of keeping them: less memory,"
              + " about a third more time.")
  private boolean recompute;

  boolean recompute() {
    return recompute;
  }

  int threads() {
    return threads != null ? threads : 0;
  }

  String device() {
    return device != null ? device : "auto";
  }

  Precision precision() {
    return precision != null ? precision : Precision.AUTO;
  }
}
