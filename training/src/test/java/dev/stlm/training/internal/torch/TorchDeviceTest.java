package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.stlm.tokenizer.InvalidInputException;
import org.junit.jupiter.api.Test;

/** Devices by name, on machines with and without a GPU. */
class TorchDeviceTest {
  @Test
  void autoIsAGpuWhereThereIsOne() {
    try (NDManager auto = TorchDevice.open("auto")) {
      if (auto.getDevice().isGpu()) {
        try (NDManager gpu = TorchDevice.open("gpu")) {
          assertThat(gpu.getDevice()).isEqualTo(auto.getDevice());
        }
        assertThat(NvidiaDriver.computeCapability(0)).isPositive();
      } else {
        assertThatThrownBy(() -> TorchDevice.open("gpu"))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageStartingWith("device gpu: PyTorch sees no GPU")
            .hasMessageContaining("STLM_GPU")
            .hasMessageContaining("--device cpu");
      }
      assertThat(auto.create(new float[] {1, 2}).sum().getFloat()).isEqualTo(3);
    }
  }

  @Test
  void aDeviceThatIsNotKnownIsNamed() {
    assertThatThrownBy(() -> TorchDevice.open("tpu"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("device tpu is not known; allowed: auto, cpu, gpu");
  }

  @Test
  void aCardThatIsNotThereCanDoNothing() {
    assertThat(NvidiaDriver.computeCapability(1000)).isZero();
    assertThat(TorchDevice.hasBfloat16(Device.gpu(1000))).isFalse();
  }
}
