package dev.stlm.serving.executable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.SelfSigned;
import dev.stlm.serving.kit.ServerProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, TLS and the page of the executable. */
@Tag("native")
class SecuredExecutableTest {
  @TempDir Path temp;

  private Path model;

  @BeforeEach
  void aModel() {
    model = temp.resolve("whale");
    CheckpointDirectory.write(TinyModels.plain(), model);
  }

  @Test
  void theKeyThatItMadeOpensItAndThePageIsThere() throws Exception {
    Executables.Ended made = Executables.run(Executables.onTheMachine("key", "alice"), temp);
    assertThat(made.code()).as(made.err()).isZero();
    Path keys = Files.writeString(temp.resolve("keys"), made.out());
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r-----"));
    try (ServerProcess server =
        ServerProcess.start(
            Executables.onTheMachine(
                model.toString(), "--api-keys", keys.toString(), "--log", "json"))) {
      Http http = server.http();
      assertThat(http.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(http.get("/").body()).contains("page/page.js");
      assertThat(http.get("/page/page.js").statusCode()).isEqualTo(200);
      String key = made.err().strip().replaceFirst(".* ", "");
      assertThat(
              http.withHeader("Authorization", "Bearer " + key)
                  .ask("/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":3}")
                  .path("model")
                  .asText())
          .isEqualTo("whale");
      assertThat(server.lines()).anyMatch(line -> line.contains("Authorization: Bearer $KEY"));
    }
  }

  @Test
  void itSpeaksTls() throws Exception {
    SelfSigned pair = SelfSigned.make(temp, "server", "EC", "-1H");
    try (ServerProcess server =
            ServerProcess.start(
                Executables.onTheMachine(
                    model.toString(),
                    "--tls-cert",
                    pair.certificate().toString(),
                    "--tls-key",
                    pair.key().toString()));
        HttpClient client = HttpClient.newBuilder().sslContext(pair.trusting()).build()) {
      String base = server.http().base();
      assertThat(base).startsWith("https://");
      HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/v1/models")).build();
      assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("whale");
    }
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedInOneLine() throws Exception {
    SelfSigned a = SelfSigned.make(temp, "a", "EC", "-1H");
    SelfSigned b = SelfSigned.make(temp, "b", "RSA", "-1H");
    Executables.Ended ended =
        Executables.run(
            Executables.onTheMachine(
                model.toString(),
                "--tls-cert",
                a.certificate().toString(),
                "--tls-key",
                b.key().toString()),
            temp);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().strip()).contains("b.key.pem").hasLineCount(1);
  }
}
