package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDManager;

/**
 * The device that tests of programs compute on: that of the system property {@code stlm.device},
 * the CPU without one. {@code ./stlm test -pl training -am -Dstlm.device=gpu} runs them on a GPU.
 */
final class TestDevice {
  private TestDevice() {}

  static NDManager open() {
    return TorchDevice.open(System.getProperty("stlm.device", "cpu"));
  }
}
