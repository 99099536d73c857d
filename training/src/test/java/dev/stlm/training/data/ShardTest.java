package dev.stlm.training.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTest {
  @TempDir private Path dir;

  @Property(tries = 100)
  void whatIsWrittenIsRead(@ForAll @Size(max = 20) List<byte[]> documents) throws IOException {
    Path file = Files.createTempFile("shard", ".shard");
    try {
      ShardWriter.Written written = write(file, documents);
      Shard shard = Shard.open(file);
      assertThat(shard.documents()).isEqualTo(documents.size()).isEqualTo(written.documents());
      assertThat(shard.textBytes())
          .isEqualTo(documents.stream().mapToLong(d -> d.length).sum())
          .isEqualTo(written.textBytes());
      for (int i = 0; i < documents.size(); i++) {
        assertThat(shard.document(i).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(documents.get(i));
      }
      assertThat(shard.crc32c()).isEqualTo(written.crc32c());
      assertThat(InputText.sha256(file)).isEqualTo(written.sha256());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void anyFlippedByteIsFound() throws IOException {
    Path file = dir.resolve("a.shard");
    write(file, List.of("hello".getBytes(UTF_8), new byte[0], "world".getBytes(UTF_8)));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x20;
      Files.write(file, bad);
      assertRefused(file);
    }
  }

  @Test
  void anyCutIsFound() throws IOException {
    Path file = dir.resolve("a.shard");
    write(file, List.of("hello".getBytes(UTF_8), "world".getBytes(UTF_8)));
    byte[] good = Files.readAllBytes(file);
    for (int n = 0; n < good.length; n++) {
      Files.write(file, Arrays.copyOf(good, n));
      assertRefused(file);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 8));
    assertRefused(file);
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    Path text = dir.resolve("text");
    Files.writeString(text, "a text that is long enough to hold all of the marks of a shard");
    assertThatThrownBy(() -> Shard.open(text))
        .hasMessage(
            text
                + ": is not a shard of documents: it starts with other bytes; prepare the data"
                + " again");
    Path shard = dir.resolve("a.shard");
    write(shard, List.of("hello".getBytes(UTF_8)));
    byte[] bytes = Files.readAllBytes(shard);
    bytes[9] ^= 1;
    Files.write(shard, bytes);
    assertThatThrownBy(() -> Shard.open(shard))
        .hasMessage(shard + ": is damaged: its checksum differs; prepare the data again");
  }

  private static void assertRefused(Path file) {
    assertThatThrownBy(() -> Shard.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageNotContaining("\n");
  }

  private static ShardWriter.Written write(Path file, List<byte[]> documents) {
    return ShardWriter.write(
        file,
        writer -> {
          for (byte[] document : documents) {
            writer.add(document);
          }
        });
  }
}
