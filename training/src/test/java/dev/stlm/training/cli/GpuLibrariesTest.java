package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher finds the PyTorch of a Python, or says what is wrong with it. */
class GpuLibrariesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;

  @Test
  void aPythonWithTheRightPyTorchIsTaken() throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("torch/lib"));
    Files.createFile(directory.resolve("torch/lib/libtorch_cuda.so"));
    assertThat(launcher(python("echo 2.7.1+cu126 " + directory.resolve("torch"))))
        .contains("path=" + directory.resolve("torch/lib"))
        .contains("flavor=cu128")
        .contains("without=libtorch_python.so,libshm.so");
  }

  @Test
  void anotherVersionIsNamedWithTheOneThatIsNeeded() throws IOException, InterruptedException {
    assertThat(launcher(python("echo 2.7.10 " + directory)))
        .startsWith("stlm: STLM_GPU=")
        .contains("has PyTorch 2.7.10, but training needs 2.7.1;")
        .contains("pip install torch==2.7.1")
        .doesNotContain("path=");
  }

  @Test
  void aPyTorchWithoutCudaIsNotEnough() throws IOException, InterruptedException {
    assertThat(launcher(python("echo 2.7.1 " + directory))).contains("is one without CUDA;");
  }

  @Test
  void aPythonWithoutPyTorchAndNoPythonAreTold() throws IOException, InterruptedException {
    assertThat(launcher(python("exit 1"))).contains("has no PyTorch;");
    assertThat(launcher(directory.resolve("none").toString())).contains("no such program;");
  }

  /** A program that does as the launcher's question to Python would. */
  private String python(String answer) throws IOException {
    Path file = Files.writeString(directory.resolve("python"), "#!/bin/sh\n" + answer + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  /** What the launcher's part says, and what it sets. */
  private static String launcher(String python) throws IOException, InterruptedException {
    String script =
        """
        fail() { echo "stlm: $1"; exit 2; }
        . "$root/launcher/gpu.sh"
        use_gpu_libraries
        echo "path=$PYTORCH_LIBRARY_PATH flavor=$PYTORCH_FLAVOR without=$PYTORCH_LIBRARY_EXCLUSION"
        """;
    ProcessBuilder builder = new ProcessBuilder("sh", "-eu", "-c", script);
    builder.environment().put("root", ROOT.toString());
    builder.environment().put("STLM_GPU", python);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
