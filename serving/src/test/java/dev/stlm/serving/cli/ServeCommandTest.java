package dev.stlm.serving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.kit.TinyModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServeCommandTest {
  @TempDir Path dir = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<ServeOptions> served = new ArrayList<>();

  private int run(String... args) {
    CommandLine stlm = Main.commandLine();
    stlm.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    ServeCommand serve =
        java.util.Objects.requireNonNull(stlm.getSubcommands().get("serve")).getCommand();
    serve.launchWith(options -> {
      served.add(options);
      return 0;
    });
    List<String> all = new ArrayList<>(List.of(args));
    all.addFirst("serve");
    return stlm.execute(all.toArray(String[]::new));
  }

  @Test
  void theDirectoryIsEnough() {
    assertThat(run(dir.toString())).isZero();
    ServeOptions options = served.getFirst();
    assertThat(options.host()).isEqualTo("127.0.0.1");
    assertThat(options.port()).isEqualTo(8080);
    assertThat(options.models())
        .containsExactly(new ServedDirectory(String.valueOf(dir.getFileName()), dir));
    assertThat(options.limits().maxActive()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port=65536",
        "--port=-1",
        "--port=many",
        "--threads=-1",
        "--max-active=0",
        "--max-queue=0",
        "--max-output=0",
        "--max-body=10",
        "--timeout=0",
        "--prefix-cache=-1",
        "--reload=-1",
        "--drain=4000",
        "--watts-per-core=-0.5",
        "--name= ",
        "--frobnicate"
      })
  void badOptionsAreNamedInOneLine(String option) {
    assertThat(run(dir.toString(), option)).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse(""))
        .startsWith("stlm: ")
        .contains(option.replaceFirst("=.*", ""));
    assertThat(served).isEmpty();
  }

  @Test
  void severalModelsHaveTheNamesGivenOrThoseOfTheirDirectories() throws Exception {
    Path a = Files.createDirectory(dir.resolve("a"));
    Path b = Files.createDirectory(dir.resolve("b"));
    assertThat(run(a.toString(), "big=" + b, "again=" + a)).isZero();
    assertThat(served.getFirst().models())
        .containsExactly(
            new ServedDirectory("a", a),
            new ServedDirectory("big", b),
            new ServedDirectory("again", a));
    assertThat(run(a.toString(), "--name=one")).isZero();
    assertThat(served.getLast().models()).containsExactly(new ServedDirectory("one", a));
  }

  @Test
  void namesThatDoNotTellModelsApartAreRefused() throws Exception {
    Path a = Files.createDirectory(dir.resolve("a"));
    assertThat(run(a.toString(), "a=" + dir)).isEqualTo(2);
    assertThat(run(a.toString(), dir.toString(), "--name=b")).isEqualTo(2);
    assertThat(err.toString()).contains("two models have the name 'a'", "--name names one model");
    assertThat(err.toString().lines()).hasSize(2);
    assertThat(served).isEmpty();
  }

  @Test
  void aMissingDirectoryIsSaidInOneLine() {
    assertThat(run(dir.resolve("nothing").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("no such directory").doesNotContain("Exception");
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void theOptionModelIsAsGoodAsTheArgument() {
    assertThat(run("--model", dir.toString())).isZero();
    assertThat(served.getFirst().models().getFirst().directory()).isEqualTo(dir);
    assertThat(run("--model", dir.toString(), dir.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("once");
  }

  @Test
  void withoutAModelItSaysSo() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("stlm: serve: no model;").hasLineCount(1);
  }

  @Test
  void anExecutableTakesAModelInAndServesItWithoutArguments() throws IOException {
    Path program = dir.resolve("program");
    Files.writeString(program, "a program");
    Path checkpoint = dir.resolve("whale");
    CheckpointDirectory.write(TinyModels.plain(), checkpoint);
    Path both = dir.resolve("both");
    assertThat(run("--embed", checkpoint.toString(), "--output", both.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("./stlm native");
    assertThat(run("--embed", checkpoint.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--output FILE");
    String before = System.setProperty(ExecutableOptions.PROPERTY, program.toString());
    try {
      assertThat(run()).isEqualTo(2);
      assertThat(run("--embed", checkpoint.toString(), "--output", both.toString())).isZero();
      assertThat(served).isEmpty();
      System.setProperty(ExecutableOptions.PROPERTY, both.toString());
      assertThat(run()).isZero();
      assertThat(served.getFirst().models()).containsExactly(new ServedDirectory("whale", both));
    } finally {
      System.clearProperty(ExecutableOptions.PROPERTY);
      assertThat(before).isNull();
    }
  }

  @Test
  void withoutAServerItSaysHowToStartOne() {
    CommandLine stlm = Main.commandLine().setErr(new PrintWriter(err));
    assertThat(stlm.execute("serve", dir.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("./stlm serve");
  }

  @Test
  void helpNeedsNoWebFramework() throws Exception {
    ClassLoader bare =
        new ClassLoader(null) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            boolean ours = name.startsWith("dev.stlm.") || name.startsWith("picocli.");
            if (!ours) {
              throw new ClassNotFoundException("not on the bare class path: " + name);
            }
            try (var in =
                ServeCommandTest.class
                    .getClassLoader()
                    .getResourceAsStream(name.replace('.', '/') + ".class")) {
              if (in == null) {
                throw new ClassNotFoundException(name);
              }
              byte[] code = in.readAllBytes();
              return defineClass(name, code, 0, code.length);
            } catch (java.io.IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };
    Object command =
        bare.loadClass(ServeCommand.class.getName()).getDeclaredConstructor().newInstance();
    Object line =
        bare.loadClass(CommandLine.class.getName())
            .getDeclaredConstructor(Object.class)
            .newInstance(command);
    Object usage = line.getClass().getMethod("getUsageMessage").invoke(line);
    assertThat(String.valueOf(usage)).contains("--port", "--max-queue", "/v1/completions");
  }
}
