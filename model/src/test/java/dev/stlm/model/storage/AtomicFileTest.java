package dev.stlm.model.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path temp;

  @Test
  void aWriteThatFailsHalfwayLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = temp.resolve("results.json");
    AtomicFile.write(file, bytes("old"));
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(new byte[1 << 20]);
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": can not be written (No space left on device); check free space and access"
                + " rights");
    assertThat(file).hasContent("old");
    assertThat(temp.toFile().list()).containsExactly("results.json");
  }

  @Test
  void missingParentsAreMadeAndLeftoversOfAKilledWriteAreReplaced() throws IOException {
    Path file = temp.resolve("a/b/c.txt");
    AtomicFile.write(file, bytes("one"));
    Files.write(file.resolveSibling(".c.txt.writing"), bytes("left over, and longer than two"));
    AtomicFile.write(file, bytes("two"));
    assertThat(file).hasContent("two");
    assertThat(temp.resolve("a/b").toFile().list()).containsExactly("c.txt");
  }

  @Test
  void aFileInPlaceOfADirectoryIsNamed() throws IOException {
    Path file = Files.write(temp.resolve("plain"), bytes("x"));
    assertThatThrownBy(() -> AtomicFile.write(file.resolve("below"), bytes("y")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.resolve("below") + ": can not be written (")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() -> AtomicDirectory.replace(file.resolve("below"), _ -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.resolve("below") + ": can not be written (");
    assertThatThrownBy(() -> AtomicFile.write(Path.of("/"), bytes("y")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("/: can not be written (");
  }

  @Test
  void aDirectoryBehindALinkIsReplacedAndTheLinkStays() throws IOException {
    Path real = Files.createDirectory(temp.resolve("real"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), real);
    AtomicDirectory.replace(link, dir -> Files.writeString(dir.resolve("f"), "1"));
    assertThat(link).isSymbolicLink();
    assertThat(real.resolve("f")).hasContent("1");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
