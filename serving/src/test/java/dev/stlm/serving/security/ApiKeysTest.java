package dev.stlm.serving.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
  private static final String HASH = "ab".repeat(32);

  @TempDir Path dir = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("keys"), text);
  }

  @Test
  void aKeyIsKnownByItsLineAndNotFoundInIt() throws IOException {
    ApiKeys.Created alice = ApiKeys.create("alice");
    ApiKeys.Created bob = ApiKeys.create("bob@example.org");
    assertThat(alice.key()).hasSize(48).isNotEqualTo(bob.key());
    Path file = file("# who\n\n" + alice.line() + "\n" + bob.line() + "\r\n");
    assertThat(Files.readString(file)).doesNotContain(alice.key(), bob.key());
    ApiKeys keys = ApiKeys.read(file);
    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.holder(alice.key())).isEqualTo("alice");
    assertThat(keys.holder(bob.key())).isEqualTo("bob@example.org");
  }

  @Test
  void othersAreNot() throws IOException {
    ApiKeys.Created alice = ApiKeys.create("alice");
    ApiKeys keys = ApiKeys.read(file(alice.line()));
    assertThat(keys.holder("")).isNull();
    assertThat(keys.holder(alice.key() + "x")).isNull();
    assertThat(keys.holder(alice.key().substring(1))).isNull();
    assertThat(keys.holder(alice.line())).isNull();
    assertThat(keys.holder("x".repeat(100_000))).isNull();
  }

  /** SHA-256("abc") of FIPS 180-2, so that other programs can make lines as well. */
  @Test
  void theHashIsThatOfTheKeysText() throws IOException {
    String hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(ApiKeys.read(file("x:" + hash.toUpperCase(java.util.Locale.ROOT))).holder("abc"))
        .isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "alice",
        "alice:12",
        ":" + "abababababababababababababababababababababababababababababababab",
        "a b:" + "abababababababababababababababababababababababababababababababab",
        "alice:" + "zbababababababababababababababababababababababababababababababab",
        "stlm-secret-key-by-mistake"
      })
  void aFileOfAnotherFormIsRefusedWithoutShowingIt(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> ApiKeys.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("key NAME")
        .hasMessageNotContaining("mistake")
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatAnyoneMayWriteOrNamesTwiceIsRefused() throws IOException {
    Path twice = file("a:" + HASH + "\na:" + HASH);
    assertThatThrownBy(() -> ApiKeys.read(twice))
        .hasMessageContaining("line 2")
        .hasMessageContaining("'a'");
    Path open = file("a:" + HASH);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> ApiKeys.read(open)).hasMessageContaining("chmod");
    assertThatThrownBy(() -> ApiKeys.read(dir.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aChangedFileCountsAfterASecondAndABadOneDoesNot() throws IOException {
    ApiKeys.Created old = ApiKeys.create("old");
    ApiKeys.Created fresh = ApiKeys.create("fresh");
    Path file = file(old.line());
    AtomicLong now = new AtomicLong(1);
    KeyFile keys = new KeyFile(file, now::get);

    file(fresh.line() + "\n# another size");
    assertThat(keys.current().holder(old.key())).isEqualTo("old");
    now.addAndGet(1_000_000_000);
    assertThat(keys.current().holder(old.key())).isNull();
    assertThat(keys.current().holder(fresh.key())).isEqualTo("fresh");

    file("rubbish");
    now.addAndGet(1_000_000_000);
    assertThat(keys.current().holder(fresh.key())).isEqualTo("fresh");
    Files.delete(file);
    now.addAndGet(1_000_000_000);
    assertThat(keys.current().holder(fresh.key())).isEqualTo("fresh");

    file(old.line());
    now.addAndGet(1_000_000_000);
    assertThat(keys.current().holder(old.key())).isEqualTo("old");
  }
}
