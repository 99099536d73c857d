package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.runtime.code.MachineCode;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  @Test
  void whoAsksGetsTheKernelsAskedFor() {
    assertThat(KernelChoice.choose("scalar").kernels()).isInstanceOf(ScalarKernels.class);
    assertThat(KernelChoice.choose("vector").kernels()).isInstanceOf(VectorKernels.class);
    assertThatThrownBy(() -> KernelChoice.choose("fast"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("scalar, vector, code");
  }

  @Test
  void machineCodeRunsWhereItCanBeHadAndIsRefusedWithAReasonElsewhere() throws Exception {
    MachineCode.Found found = MachineCode.find();
    if (found.code().isPresent()) {
      assertThat(KernelChoice.choose("code").kernels().code()).isPresent();
      assertThat(KernelChoice.choose("vector").kernels().code()).isEmpty();
      assertThat(
              run(
                  List.of(
                      "--add-modules",
                      "jdk.incubator.vector",
                      "--enable-native-access=ALL-UNNAMED")))
          .contains("and machine code")
          .contains(found.reason());
    } else {
      assertThatThrownBy(() -> KernelChoice.choose("code"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(found.reason());
    }
  }

  @Test
  void withoutNativeAccessThereIsNoMachineCodeAndNoWarning() throws Exception {
    assertThat(run(List.of("--add-modules", "jdk.incubator.vector")))
        .contains("vector of ")
        .doesNotContain("and machine code")
        .doesNotContain("restricted");
  }

  @Test
  void anOptimisingCompilerAndWideVectorsChooseTheVectorKernels() throws Exception {
    assertThat(run(List.of("--add-modules", "jdk.incubator.vector"))).contains("vector of ");
  }

  @Test
  void withoutTheModuleThePlainKernelsRun() throws Exception {
    assertThat(run(List.of())).contains("scalar").contains("--add-modules");
  }

  @Test
  void withoutAnOptimisingCompilerThePlainKernelsRun() throws Exception {
    assertThat(run(List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1")))
        .contains("scalar")
        .contains("no optimising compiler");
  }

  @Test
  void askingForVectorsWithoutTheModuleSaysWhatToDo() throws Exception {
    assertThat(run(List.of("-Dstlm.kernels=vector")))
        .contains("InvalidInputException")
        .contains("--add-modules");
  }

  /** Loads and runs a model in a fresh process with other flags; gives what it printed. */
  private static String run(List<String> flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), RunsAModel.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** What the fresh process runs. */
  static final class RunsAModel {
    private RunsAModel() {}

    public static void main(String[] args) {
      KernelChoice.Choice choice = KernelChoice.choose(System.getProperty("stlm.kernels"));
      try (var model =
              dev.stlm.model.ModelRuntimes.load("cpu", dev.stlm.model.kit.TinyModels.plain());
          var session = model.newSession()) {
        System.out.println(session.append(1, 2, 3).length);
      }
      System.out.println(choice.kernels().name() + ": " + choice.reason());
    }
  }
}
