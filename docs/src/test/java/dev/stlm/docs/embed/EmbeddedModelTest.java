package dev.stlm.docs.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeModel() {
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1),
        folder.resolve("model"));
  }

  @Test
  void completesTheSameTextEveryTime() {
    try (EmbeddedModel model = new EmbeddedModel(folder.resolve("model"))) {
      String text = model.complete("Once upon", 24);
      assertThat(text).isEqualTo(model.complete("Once upon", 24));
      assertThat(text.getBytes(UTF_8)).isNotEmpty();
    }
  }

  @Test
  void choosesTheSentenceWithFewerBitsAByte() {
    try (EmbeddedModel model = new EmbeddedModel(folder.resolve("model"))) {
      String one = "a sentence";
      String other = "zzzz qqqq";
      boolean first = model.bitsPerByte(one) < model.bitsPerByte(other);
      assertThat(model.likelier(one, other)).isEqualTo(first ? one : other);
      assertThat(model.likelier(other, one)).isEqualTo(first ? one : other);
    }
  }
}
