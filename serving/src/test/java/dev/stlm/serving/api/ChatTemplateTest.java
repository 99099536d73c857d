package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.serving.engine.EngineObserver;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.ToyModel;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final List<ChatPrompt.Message> MESSAGES =
      List.of(
          new ChatPrompt.Message(ChatPrompt.Role.SYSTEM, "S"),
          new ChatPrompt.Message(ChatPrompt.Role.USER, "<|user|>"));

  @TempDir Path dir = Path.of("");

  @Test
  void specialIdsMarkTurnsAndCanNotBeForgedByAUser() {
    assertThat(ids(ChatTemplate.SPECIAL))
        .startsWith('S', ByteTokenizer.USER, '<', '|')
        .endsWith('>', ByteTokenizer.ASSISTANT);
  }

  @Test
  void plainWordsMarkTurnsByDefault() {
    ChatTemplate template = ChatTemplate.choose(Optional.empty(), dir, new ByteTokenizer());
    assertThat(new ByteTokenizer().decode(ids(template)))
        .asString(java.nio.charset.StandardCharsets.UTF_8)
        .isEqualTo("S\nUser: <|user|>\nAssistant:");
  }

  @Test
  void aCheckpointBringsItsOwnTemplate() throws IOException {
    Files.writeString(
        dir.resolve("chat.json"),
        """
        {"system": "# ", "user": "Q: ", "assistant": "A: ", "turnEnd": "\\n", "stop": ["\\nQ:"]}
        """);
    ChatTemplate template = ChatTemplate.choose(Optional.empty(), dir, new ByteTokenizer());
    assertThat(template.stop()).containsExactly("\nQ:");
    assertThat(ChatTemplate.choose(Optional.of("text"), dir, new ByteTokenizer()))
        .isEqualTo(ChatTemplate.TEXT);
  }

  @Test
  void aWrongTemplateIsRefusedInOneLine() throws IOException {
    Path file = Files.writeString(dir.resolve("t.json"), "{\"user\": \"Q\", \"usr\": 1}");
    Tokenizer tokenizer = new ByteTokenizer();
    assertThatThrownBy(() -> ChatTemplate.choose(Optional.of(file.toString()), dir, tokenizer))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("t.json")
        .message()
        .doesNotContain("\n");
    Tokenizer toy = new ToyModel(new Gate()).tokenizer();
    assertThatThrownBy(() -> ChatTemplate.choose(Optional.of("special"), dir, toy))
        .isInstanceOf(InvalidInputException.class);
  }

  private static int[] ids(ChatTemplate template) {
    EngineLimits limits = new EngineLimits(1, 1, 1, Duration.ofSeconds(1));
    try (var model = ModelRuntimes.load("cpu", TinyModels.plain())) {
      ServedModel served = new ServedModel(model, "m", limits, template, EngineObserver.NONE);
      int[] ids = ChatPrompt.encode(MESSAGES, served);
      served.engine().close();
      return ids;
    }
  }
}
