package dev.stlm.serving.api;

import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the messages of a chat become one prompt.
 *
 * <p>A model that was trained on plain text knows no special ids, so the default writes the turns
 * as a dialogue in a book would: {@code User: ...} and {@code Assistant: ...}, one a line.
 *
 * @param system before the text of a system or developer message
 * @param user before the text of a user message
 * @param assistant before the text of an assistant message, and at the end of the prompt; there
 *     without a blank at its end, which the model writes and the server takes away
 * @param turnEnd after every message
 * @param stop texts that end the answer
 */
public record ChatTemplate(
    String system, String user, String assistant, String turnEnd, List<String> stop) {
  /** Name of the template in a checkpoint directory. */
  public static final String FILE = "chat.json";

  /** Turns in plain words. */
  public static final ChatTemplate TEXT =
      new ChatTemplate("", "User: ", "Assistant: ", "\n", List.of("\nUser:", "\nAssistant:"));

  /** Turns marked by the special ids of the byte tokenizer, for models trained with them. */
  public static final ChatTemplate SPECIAL =
      new ChatTemplate("", "<|user|>", "<|assistant|>", "", List.of());

  public ChatTemplate {
    stop = List.copyOf(stop);
    if (stop.contains("") || stop.size() > 8) {
      throw new InvalidInputException(
          "chat template: stop holds at most 8 texts, none of them empty");
    }
  }

  /**
   * The template that a name, a file, or a checkpoint directory says.
   *
   * @param choice "text", "special" or a path; empty: {@code chat.json} of the directory, if any
   */
  static ChatTemplate choose(Optional<String> choice, Path directory, Tokenizer tokenizer) {
    if (choice.isEmpty()) {
      return CheckpointDirectory.text(directory, FILE)
          .map(
              text -> StrictJson.read(text, ChatTemplate.class, directory.resolve(FILE).toString()))
          .orElse(TEXT);
    }
    return switch (choice.get()) {
      case "text" -> TEXT;
      case "special" -> {
        if (!tokenizer.type().equals(ByteTokenizer.TYPE)) {
          throw new InvalidInputException(
              "serve: --chat-template special needs the byte tokenizer; the model's is "
                  + tokenizer.type());
        }
        yield SPECIAL;
      }
      default -> StrictJson.read(Path.of(choice.get()), ChatTemplate.class);
    };
  }
}
