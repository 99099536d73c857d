package dev.stlm.training.internal.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where PyTorch computes, and with how many threads. */
public final class TorchDevice {
  private static final String ENGINE = "PyTorch";
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Pattern BFLOAT16 = Pattern.compile("\\b(avx512_bf16|amx_bf16)\\b");

  /** The compute capability of the first GPUs that multiply bfloat16. */
  private static final int AMPERE = 8;

  private TorchDevice() {}

  /**
   * Opens a manager on a device; everything native is owned by it.
   *
   * @param device {@code cpu}, {@code gpu}, or {@code auto}: a GPU where there is one
   * @throws InvalidInputException if there is no such device
   */
  public static NDManager open(String device) {
    engine();
    return switch (device) {
      case "cpu" -> manager(Device.cpu());
      case "auto" -> manager(hasGpu() ? Device.gpu() : Device.cpu());
      case "gpu" -> {
        if (!hasGpu()) {
          throw new InvalidInputException(
              "device gpu: PyTorch sees no GPU; on a machine with one set STLM_GPU to a Python with"
                  + " PyTorch (docs/training.md, On a GPU), or use --device cpu");
        }
        yield manager(Device.gpu());
      }
      default ->
          throw new InvalidInputException(
              "device " + device + " is not known; allowed: auto, cpu, gpu");
    };
  }

  private static NDManager manager(Device device) {
    return NDManager.newBaseManager(device, ENGINE);
  }

  /** Whether PyTorch can compute on a GPU: it has CUDA, and a number can be put there. */
  private static boolean hasGpu() {
    if (!engine().hasCapability(StandardCapabilities.CUDA)) {
      return false;
    }
    try (NDManager manager = manager(Device.gpu())) {
      manager.create(0f).close();
      return true;
    } catch (EngineException e) {
      return false; // no card, no driver, or one too old
    }
  }

  /** Whether a device multiplies bfloat16 in hardware, as far as can be told. */
  public static boolean hasBfloat16(Device device) {
    try {
      return device.isGpu()
          ? NvidiaDriver.computeCapability(device.getDeviceId()) >= AMPERE
          : BFLOAT16.matcher(Files.readString(PROCESSORS, StandardCharsets.UTF_8)).find();
    } catch (IOException e) {
      return false; // not Linux
    }
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
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new InvalidInputException(
          "PyTorch can not be loaded ("
              + cause.getMessage()
              + "); training needs Linux on x86-64, and where STLM_GPU is set a driver of NVIDIA",
          e);
    }
  }
}
