package dev.stlm.serving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.serving.kit.SelfSigned;
import dev.stlm.serving.log.LogFormat;
import dev.stlm.serving.security.ApiKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AccessOptionsTest {
  @TempDir Path dir = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<ServeOptions> served = new ArrayList<>();

  private int run(String... args) {
    CommandLine stlm = Main.commandLine();
    stlm.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    ServeCommand serve = Objects.requireNonNull(stlm.getSubcommands().get("serve")).getCommand();
    serve.launchWith(options -> {
      served.add(options);
      return 0;
    });
    return stlm.execute(args);
  }

  private Map<String, String> properties() {
    ServeOptions options = served.getLast();
    return options.access().properties(options.host(), options.port());
  }

  @Test
  void theKeyIsShownOnceAndItsLineOpensTheServer() throws IOException {
    assertThat(run("key", "alice")).isZero();
    String line = out.toString();
    String key = err.toString().strip().replaceFirst(".* ", "");
    assertThat(line).doesNotContain(key).startsWith("alice:").endsWith(System.lineSeparator());
    Path file = Files.writeString(dir.resolve("keys"), line);
    assertThat(ApiKeys.read(file).holder(key)).isEqualTo("alice");
    assertThat(run("key", "no spaces")).isEqualTo(2);
    assertThat(err.toString()).contains("'no spaces'");
  }

  @Test
  void byDefaultEverythingIsOpenToThisMachineAlone() {
    assertThat(run("serve", dir.toString())).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(properties())
        .containsEntry("stlm.security.hosts", "localhost,127.0.0.1,::1,127.0.0.1")
        .containsEntry("stlm.log.format", "quiet")
        .doesNotContainKeys("stlm.security.keys", "stlm.security.cors", "quarkus.http.ssl-port");
  }

  @Test
  void anOpenServerWithoutKeysIsWarnedOf() throws IOException {
    assertThat(run("serve", dir.toString(), "--host", "0.0.0.0")).isZero();
    assertThat(err.toString()).contains("warning: --host 0.0.0.0").hasLineCount(1);
    assertThat(properties()).doesNotContainKey("stlm.security.hosts");

    Path keys = Files.writeString(dir.resolve("keys"), ApiKeys.create("a").line());
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    err.getBuffer().setLength(0);
    assertThat(run("serve", dir.toString(), "--host", "0.0.0.0", "--api-keys", keys.toString()))
        .isZero();
    assertThat(err.toString()).contains("chmod o-r").hasLineCount(1);
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r-----"));
    err.getBuffer().setLength(0);
    assertThat(
            run(
                "serve",
                dir.toString(),
                "--host",
                "0.0.0.0",
                "--api-keys",
                keys.toString(),
                "--open-metrics",
                "--allow-host",
                "model.example"))
        .isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(properties())
        .containsEntry("stlm.security.keys", keys.toAbsolutePath().toString())
        .containsEntry("stlm.security.open-metrics", "true")
        .containsEntry("stlm.security.hosts", "localhost,127.0.0.1,::1,0.0.0.0,model.example");
  }

  @Test
  void aCertificateLeavesNoPlainPort() {
    SelfSigned pair = SelfSigned.make(dir, "a", "EC", "-1H");
    assertThat(
            run(
                "serve",
                dir.toString(),
                "--port",
                "8443",
                "--tls-cert",
                pair.certificate().toString(),
                "--tls-key",
                pair.key().toString(),
                "--log",
                "JSON"))
        .isZero();
    assertThat(served.getLast().access().log()).isEqualTo(LogFormat.JSON);
    assertThat(properties())
        .containsEntry("quarkus.http.insecure-requests", "disabled")
        .containsEntry("quarkus.http.ssl-port", "8443")
        .containsEntry("quarkus.tls.key-store.pem.0.key", pair.key().toAbsolutePath().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cors=example.org",
        "--cors=https://example.org/",
        "--cors=https://Example.org",
        "--cors=",
        "--allow-host=http://a",
        "--allow-host=a:80",
        "--tls-cert=cert.pem",
        "--tls-key=key.pem",
        "--open-metrics",
        "--log=loud",
        "--api-keys=no-such-file"
      })
  void badOptionsAreNamedInOneLine(String option) {
    assertThat(run("serve", dir.toString(), option)).isEqualTo(2);
    String said = err.toString().lines().findFirst().orElse("");
    assertThat(said).startsWith("stlm: ");
    assertThat(said).containsAnyOf(option.replaceFirst("=.*", ""), option.replaceFirst(".*=", ""));
    assertThat(served).isEmpty();
  }
}
