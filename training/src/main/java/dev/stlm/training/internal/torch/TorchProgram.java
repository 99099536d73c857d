package dev.stlm.training.internal.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A loaded TorchScript program: the only class that touches DJL's engine-internal API ({@code
 * JniUtils}, {@code IValueUtils}, {@code PtSymbolBlock}), which is why the versions of DJL are
 * pinned.
 *
 * <p>Methods may be called by several threads at once. Lives until its manager closes.
 */
final class TorchProgram {
  private final NDManager manager;
  private final PtSymbolBlock block;
  private final Map<String, NDArray> methods = new ConcurrentHashMap<>();

  /**
   * Compiles a program.
   *
   * @param manager owns the program; its device must hold all arguments
   * @throws EngineException if the text is not valid TorchScript: a bug of the program's author
   */
  TorchProgram(NDManager manager, String text) {
    this.manager = manager;
    try {
      this.block =
          JniUtils.loadModule(
              (PtNDManager) manager,
              new ByteArrayInputStream(TorchScriptArchive.of(text)),
              /* mapLocation= */ false,
              /* hasSize= */ false);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  /**
   * Calls a method.
   *
   * @param gradients whether the method differentiates
   * @param tensors arguments that are one tensor each; the results belong to the manager of the
   *     first
   * @param lists arguments that are lists, after the tensors; no tensor may be in two of them
   * @throws dev.stlm.tokenizer.InvalidInputException if the memory of the device does not suffice
   */
  NDList call(String method, boolean gradients, List<NDArray> tensors, List<NDList> lists) {
    NDList arguments = new NDList(tensors.size() + 1);
    for (NDArray tensor : tensors) {
      tensor.setName(null);
      arguments.add(tensor);
    }
    for (int i = 0; i < lists.size(); i++) {
      String name = "list" + i + "[]";
      for (NDArray tensor : lists.get(i)) {
        tensor.setName(name);
        arguments.add(tensor);
      }
    }
    arguments.add(methods.computeIfAbsent(method, this::methodName));
    // a thread's gradient mode is its own and differs between threads: set it for every call
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(gradients);
    // also a thread's own. An optimised graph rounds differently from the first, profiling run of
    // it, which would make a resumed run differ; and it is no faster here
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return IValueUtils.forward(block, arguments, true);
    } catch (EngineException e) {
      throw FullMemory.told(e);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** DJL picks the method by the name of an extra argument. */
  private NDArray methodName(String method) {
    NDArray marker = manager.create(0f);
    marker.setName("module_method:" + method);
    return marker;
  }

  /** Threads that an operation uses, for the whole process. */
  static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** Threads that an operation uses. */
  static int threads() {
    return JniUtils.getNumThreads();
  }
}
