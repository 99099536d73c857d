package dev.stlm.training.internal.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.stlm.tokenizer.InvalidInputException;

/** Where PyTorch computes, and with how many threads. */
public final class TorchDevice {
  private static final String ENGINE = "PyTorch";

  private TorchDevice() {}

  /**
   * Opens a manager on a device; everything native is owned by it.
   *
   * @param device {@code cpu}, {@code gpu}, or {@code auto}: a GPU where there is one
   * @throws InvalidInputException if there is no such device
   */
  public static NDManager open(String device) {
    Engine engine = engine();
    int gpus = engine.getGpuCount();
    return switch (device) {
      case "cpu" -> NDManager.newBaseManager(Device.cpu(), ENGINE);
      case "auto" -> NDManager.newBaseManager(gpus > 0 ? Device.gpu() : Device.cpu(), ENGINE);
      case "gpu" -> {
        if (gpus == 0) {
          throw new InvalidInputException(
              "device gpu: PyTorch sees no GPU; on a machine with one add the library"
                  + " ai.djl.pytorch:pytorch-native-cu128:2.7.1 (classifier linux-x86_64) to the"
                  + " class path, or use --device cpu");
        }
        yield NDManager.newBaseManager(Device.gpu(), ENGINE);
      }
      default ->
          throw new InvalidInputException(
              "device " + device + " is not known; allowed: auto, cpu, gpu");
    };
  }

  /**
   * Sets the threads of an operation, for the whole process.
   *
   * @param threads at least 1; 0 leaves PyTorch's choice, one a core
   */
  public static void useThreads(int threads) {
    if (threads > 0) {
      engine();
      TorchProgram.setThreads(threads);
    }
  }

  /** Threads that an operation uses now. */
  public static int threads() {
    engine();
    return TorchProgram.threads();
  }

  private static Engine engine() {
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new InvalidInputException(
          "PyTorch can not be loaded (" + e.getMessage() + "); training needs Linux on x86-64", e);
    }
  }
}
