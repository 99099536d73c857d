package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running request whose prompt is being read, chunk by chunk. What the cache has of the prompt is
 * looked up when its turn comes: it may begin like the one before it.
 */
final class PromptReading {
  private final Generation generation;
  private final LanguageModel model;
  private final PrefixCache cache;
  private final List<TokenLogprobs> scores = new ArrayList<>();
  private int read;
  private @Nullable Session session;
  private float @Nullable [] logits;

  PromptReading(Generation generation, LanguageModel model, PrefixCache cache) {
    this.generation = generation;
    this.model = model;
    this.cache = cache;
  }

  Generation generation() {
    return generation;
  }

  /** Whether {@link #begin} was called. */
  boolean begun() {
    return session != null;
  }

  /**
   * Takes from the cache what it has of the prompt.
   *
   * @return how many ids need not be read
   */
  int begin() {
    GenerationRequest request = generation.request();
    Optional<PrefixCache.Start> start =
        cache.find(request.prompt().ids(), request.scorePrompt() ? tops(request) : -1);
    Session first = start.map(PrefixCache.Start::session).orElseGet(model::newSession);
    start.ifPresent(s -> scores.addAll(s.scores()));
    session = first;
    read = first.position();
    return read;
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
      logits = session().append(ids);
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
    session()
        .append(
            ids,
            (index, row) -> {
              int following = start + index + 1;
              if (following < prompt.length()) {
                scores.add(TopLogprobs.of(row, prompt.id(following), tops(request)));
              } else {
                logits = row.clone();
              }
            });
  }

  private static int tops(GenerationRequest request) {
    return Math.max(0, request.logprobs());
  }

  boolean complete() {
    return read == generation.request().prompt().length();
  }

  List<TokenLogprobs> scores() {
    return scores;
  }

  /** The scores for the next prompt that begins like this one. */
  PrefixCache.Scores keptScores() {
    return scores.isEmpty()
        ? PrefixCache.Scores.NONE
        : new PrefixCache.Scores(List.copyOf(scores), tops(generation.request()));
  }

  /** Logits of the first generated token; only once {@link #complete()}. */
  float[] logits() {
    if (logits == null) {
      throw new IllegalStateException("the prompt has not been read");
    }
    return logits;
  }

  Session session() {
    if (session == null) {
      throw new IllegalStateException("the prompt has not begun");
    }
    return session;
  }

  void close() {
    if (session != null) {
      session.close();
    }
  }
}
