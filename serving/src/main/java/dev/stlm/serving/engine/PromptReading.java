package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running request whose prompt is being read, some ids a step. What the cache has of the prompt
 * is looked up when its turn comes: it may begin like the one before it.
 */
final class PromptReading implements Sequence {
  private final Generation generation;
  private final LanguageModel model;
  private final PrefixCache cache;
  private final List<TokenLogprobs> scores = new ArrayList<>();
  private final List<TokenLogprobs> fresh = new ArrayList<>(); // of the step under way
  private int read;
  private int chosen;
  private int readInTurn;
  private @Nullable Session session;
  private float @Nullable [] logits;

  PromptReading(Generation generation, LanguageModel model, PrefixCache cache) {
    this.generation = generation;
    this.model = model;
    this.cache = cache;
  }

  @Override
  public Generation generation() {
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
    Optional<PrefixCache.Start> start =
        cache.find(prompt().ids(), generation.request().scorePrompt() ? tops() : -1);
    Session first = start.map(PrefixCache.Start::session).orElseGet(model::newSession);
    start.ifPresent(s -> scores.addAll(s.scores()));
    session = first;
    read = first.position();
    return read;
  }

  /**
   * Whether it is better to begin when another prompt has been read: the cache then has at least
   * half of this one.
   */
  boolean betterAfter(PromptReading other) {
    boolean scored =
        !generation.request().scorePrompt()
            || (other.generation.request().scorePrompt() && other.tops() >= tops());
    return scored
        && cache.wants(other.prompt().length())
        && 2 * prompt().common(other.prompt()) >= Math.max(prompt().length(), PrefixCache.LEAST);
  }

  /**
   * Sets what the next step reads: at most {@code limit} ids.
   *
   * @return how many
   */
  int choose(int limit) {
    chosen = Math.min(prompt().length() - read, limit);
    return chosen;
  }

  /** How many ids the step under way reads, or the last one has read. */
  int chosen() {
    return chosen;
  }

  @Override
  public int[] next() {
    fresh.clear();
    return prompt().ids(read, read + chosen);
  }

  @Override
  public boolean wants(int index) {
    return generation.request().scorePrompt() || following(index) == prompt().length();
  }

  @Override
  public void accept(int index, float[] row) {
    int following = following(index);
    if (following == prompt().length()) {
      logits = row.clone();
    } else {
      fresh.add(TopLogprobs.of(row, prompt().id(following), tops()));
    }
  }

  @Override
  public void read() {
    if (read == 0 && generation.request().scorePrompt()) {
      scores.add(TokenLogprobs.first(prompt().id(0)));
    }
    scores.addAll(fresh);
    read += chosen;
    readInTurn += chosen;
  }

  /** The id after one of the step's. */
  private int following(int index) {
    return read + index + 1;
  }

  private Prompt prompt() {
    return generation.request().prompt();
  }

  private int tops() {
    return Math.max(0, generation.request().logprobs());
  }

  /** Ids that it has read since its turn began. */
  int readInTurn() {
    return readInTurn;
  }

  void endTurn() {
    readInTurn = 0;
  }

  boolean complete() {
    return read == prompt().length();
  }

  List<TokenLogprobs> scores() {
    return scores;
  }

  /** The scores for the next prompt that begins like this one. */
  PrefixCache.Scores keptScores() {
    return scores.isEmpty()
        ? PrefixCache.Scores.NONE
        : new PrefixCache.Scores(List.copyOf(scores), tops());
  }

  /** Logits of the first generated token; only once {@link #complete()}. */
  float[] logits() {
    if (logits == null) {
      throw new IllegalStateException("the prompt has not been read");
    }
    return logits;
  }

  @Override
  public Session session() {
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
