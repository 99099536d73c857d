package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running request whose prompt is being read, chunk by chunk. */
final class PromptReading {
  private final Generation generation;
  private final Session session;
  private final List<TokenLogprobs> scores = new ArrayList<>();
  private int read;
  private float @Nullable [] logits;

  PromptReading(Generation generation, LanguageModel model) {
    this.generation = generation;
    this.session = model.newSession();
  }

  Generation generation() {
    return generation;
  }

  /**
   * Reads at most {@code limit} more ids.
   *
   * @return how many were read
   */
  int readChunk(int limit) {
    GenerationRequest request = generation.request();
    Prompt prompt = request.prompt();
    int end = Math.min(prompt.length(), read + limit);
    int[] ids = prompt.ids(read, end);
    if (request.scorePrompt()) {
      readScored(ids);
    } else {
      logits = session.append(ids);
    }
    read = end;
    return ids.length;
  }

  private void readScored(int[] ids) {
    GenerationRequest request = generation.request();
    Prompt prompt = request.prompt();
    if (read == 0) {
      scores.add(TokenLogprobs.first(prompt.id(0)));
    }
    int start = read;
    session.append(
        ids,
        (index, row) -> {
          int following = start + index + 1;
          if (following < prompt.length()) {
            scores.add(TopLogprobs.of(row, prompt.id(following), request.logprobs()));
          } else {
            logits = row.clone();
          }
        });
  }

  boolean complete() {
    return read == generation.request().prompt().length();
  }

  List<TokenLogprobs> scores() {
    return scores;
  }

  /** Logits of the first generated token; only once {@link #complete()}. */
  float[] logits() {
    if (logits == null) {
      throw new IllegalStateException("the prompt has not been read");
    }
    return logits;
  }

  Session session() {
    return session;
  }
}
