package dev.stlm.serving.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.serving.kit.SelfSigned;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
  @TempDir Path dir = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void aPairIsTaken(String algorithm) {
    SelfSigned pair = SelfSigned.make(dir, "a", algorithm, "-1H");
    assertThat(new PemFiles(pair.certificate(), pair.key()).key()).isEqualTo(pair.key());
  }

  @Test
  void whatIsNoPairIsRefusedByName() throws IOException {
    SelfSigned a = SelfSigned.make(dir, "a", "EC", "-1H");
    SelfSigned b = SelfSigned.make(dir, "b", "EC", "-1H");
    SelfSigned rsa = SelfSigned.make(dir, "rsa", "RSA", "-1H");
    SelfSigned old = SelfSigned.make(dir, "old", "EC", "-10d");
    Path rubbish = Files.writeString(dir.resolve("rubbish"), "nothing");
    Path broken =
        Files.writeString(
            dir.resolve("broken"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    refused(a.certificate(), b.key(), b.key());
    refused(a.certificate(), rsa.key(), rsa.key());
    refused(a.certificate(), rubbish, rubbish);
    refused(a.certificate(), broken, broken);
    refused(a.certificate(), dir.resolve("none"), dir.resolve("none"));
    refused(rubbish, a.key(), rubbish);
    refused(a.key(), a.key(), a.key());
    refused(old.certificate(), old.key(), old.certificate());
  }

  private static void refused(Path certificate, Path key, Path blamed) {
    assertThatThrownBy(() -> new PemFiles(certificate, key))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(blamed.toString())
        .hasMessageNotContaining("\n");
  }
}
