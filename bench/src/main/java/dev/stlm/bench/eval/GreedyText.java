package dev.stlm.bench.eval;

import dev.stlm.bench.task.EvalRequest;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a model writes when it always takes the likeliest token. */
final class GreedyText {
  private GreedyText() {}

  /**
   * Answers a request. A context that leaves no room for the answer loses its start; generation
   * ends at a stop string, at the end-of-text id or when the room is used up.
   */
  static String write(LanguageModel model, EvalRequest.Generate request) {
    Tokenizer tokenizer = model.tokenizer();
    int window = model.config().contextLength();
    int room = Math.min(request.maxTokens(), window - 1);
    int[] context =
        request.context().isEmpty()
            ? new int[] {tokenizer.startOfText()}
            : tokenizer.encode(request.context());
    context =
        Arrays.copyOfRange(context, Math.max(0, context.length - (window - room)), context.length);
    int[] written = new int[room];
    try (Session session = model.newSession()) {
      float[] logits = session.append(context);
      for (int n = 0; n < room; n++) {
        int id = likeliest(logits);
        if (id == tokenizer.endOfText()) {
          return text(tokenizer, written, n);
        }
        written[n] = id;
        String soFar = text(tokenizer, written, n + 1);
        for (String stop : request.stop()) {
          int at = soFar.indexOf(stop);
          if (at >= 0) {
            return soFar.substring(0, at);
          }
        }
        if (n + 1 < room) {
          logits = session.append(id);
        }
      }
    }
    return text(tokenizer, written, room);
  }

  private static String text(Tokenizer tokenizer, int[] ids, int count) {
    return new String(tokenizer.decode(Arrays.copyOf(ids, count)), StandardCharsets.UTF_8);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
