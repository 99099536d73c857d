package dev.stlm.serving.api;

import java.util.ArrayList;
import java.util.List;

/** Messages to the ids of a prompt, by a {@link ChatTemplate}. */
final class ChatPrompt {
  private ChatPrompt() {}

  /** Who speaks. */
  enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** What was said. */
  record Message(Role role, String content) {}

  /** The ids of all messages and of the start of the answer. */
  static int[] encode(List<Message> messages, ServedModel model) {
    ChatTemplate template = model.template();
    TokenText tokens = model.tokens();
    List<int[]> parts = new ArrayList<>();
    for (Message message : messages) {
      String before =
          switch (message.role()) {
            case SYSTEM -> template.system();
            case USER -> template.user();
            case ASSISTANT -> template.assistant();
          };
      parts.add(tokens.encode(before));
      // what a user writes never becomes a special id
      parts.add(tokens.encodePlain(message.content()));
      parts.add(tokens.encode(template.turnEnd()));
    }
    parts.add(tokens.encode(template.assistant().stripTrailing()));
    int length = parts.stream().mapToInt(p -> p.length).sum();
    int[] ids = new int[length];
    int at = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, ids, at, part.length);
      at += part.length;
    }
    return length == 0 ? new int[] {tokens.startOfText()} : ids;
  }
}
