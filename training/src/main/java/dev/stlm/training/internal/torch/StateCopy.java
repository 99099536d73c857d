package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A second copy of tensors on their device, to go back to. */
final class StateCopy {
  private final TorchProgram program;
  private final NDList live;
  private final NDList kept = new NDList();

  /**
   * Copies tensors as they are now.
   *
   * @param manager owns the copy
   * @param live tensors that change in place
   */
  StateCopy(NDManager manager, NDList live) {
    this.live = live;
    for (NDArray tensor : live) {
      NDArray copy = tensor.duplicate();
      copy.attach(manager);
      kept.add(copy);
    }
    this.program =
        new TorchProgram(
            manager,
            TorchScriptArchive.CLASS_HEADER
                + new ScriptMethod("copy", "to: List[Tensor], source: List[Tensor]", "Tensor")
                    .line("torch._foreach_copy_(to, source)")
                    .line("return torch.new_zeros(to[0], [1])")
                    .text());
  }

  /** Keeps the tensors as they are now. */
  void keep() {
    copy(kept, live);
  }

  /** Makes the tensors what they were when they were kept last. */
  void restore() {
    copy(live, kept);
  }

  private void copy(NDList to, NDList from) {
    program.call("copy", false, List.of(), List.of(to, from)).close();
  }
}
