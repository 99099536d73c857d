package dev.stlm.serving.executable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The two forms of the server under test: the executable, and the packaged jar on a JVM. */
final class Executables {
  private static final String PROPERTY = "stlm.native.executable";
  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

  private Executables() {}

  /** The executable that the system property names. */
  static Path executable() {
    String path = System.getProperty(PROPERTY);
    if (path == null || !Files.isExecutable(Path.of(path))) {
      throw new AssertionError(
          "give an executable in the system property "
              + PROPERTY
              + ", as ./stlm test --native does");
    }
    return Path.of(path);
  }

  /** A command line of the executable. */
  static List<String> onTheMachine(String... arguments) {
    List<String> command = new ArrayList<>(List.of(executable().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The same command line for a JVM. */
  static List<String> onTheJvm(String... arguments) {
    if (!Files.exists(JAR)) {
      throw new AssertionError(JAR + " is missing: package the module first");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                JAR.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a command that ends by itself left. */
  record Ended(int code, String out, String err) {}

  static Ended run(List<String> command, Path scratch) throws IOException, InterruptedException {
    Path out = scratch.resolve("out.txt");
    Path err = scratch.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
