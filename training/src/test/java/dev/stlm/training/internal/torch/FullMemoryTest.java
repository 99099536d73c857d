package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that does not suffice is told in one line, other failures are not. */
class FullMemoryTest {
  @Test
  void whatDoesNotFitIsToldWithWhatToDo() {
    try (NDManager manager = TestDevice.open()) {
      TorchProgram program =
          new TorchProgram(
              manager,
              TorchScriptArchive.CLASS_HEADER
                  + new ScriptMethod("huge", "x: Tensor", "Tensor")
                      .line("return torch.new_zeros(x, [1125899906842624])")
                      .text());
      assertThatThrownBy(() -> program.call("huge", false, List.of(manager.create(0f)), List.of()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("training: the device has too little memory (")
          .hasMessageContaining("--batch")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void whatAGpuSaysIsOneLineToo() {
    EngineException said =
        new EngineException(
            "The following operation failed in the TorchScript interpreter.\nTraceback:\n"
                + "RuntimeError: CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a"
                + " total capacity of 7.79 GiB of which 1.2 GiB is free.\nmore");
    assertThat(FullMemory.told(said))
        .hasMessageContaining("(RuntimeError: CUDA out of memory. Tried to allocate 20.00 GiB);");
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    EngineException other = new EngineException("The size of tensor a must match");
    assertThat(FullMemory.told(other)).isSameAs(other);
    EngineException silent = new EngineException((String) null);
    assertThat(FullMemory.told(silent)).isSameAs(silent);
  }
}
