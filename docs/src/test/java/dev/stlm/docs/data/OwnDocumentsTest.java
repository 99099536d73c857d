package dev.stlm.docs.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.data.DataManifest;
import dev.stlm.training.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnDocumentsTest {
  @Test
  void whatWasPreparedIsRead(@TempDir Path dir) throws IOException {
    Path text = dir.resolve("notes.txt");
    Files.writeString(text, "one\n<|endoftext|>\ntwo\n<|endoftext|>\none\n");
    DataManifest manifest = OwnDocuments.prepare(text, dir.resolve("data"));
    assertThat(manifest.sources().getFirst().dropped()).containsOnlyKeys("duplicate");
    List<String> all = new ArrayList<>();
    for (Split split : Split.values()) {
      all.addAll(OwnDocuments.read(dir.resolve("data"), split));
    }
    assertThat(all).containsExactlyInAnyOrder("one", "two");
  }
}
