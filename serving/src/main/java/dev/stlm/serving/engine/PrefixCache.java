package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Sessions of texts that were read, so that a prompt which begins like one of them starts from a
 * fork: the turns of a chat, a system prompt, the continuations of one context. Who was used least
 * recently goes first when the memory is full.
 *
 * <p>A runtime gives the same bits however a text is cut into appends and truncations, so what a
 * prompt yields does not depend on what is here. Belongs to the engine's thread.
 */
final class PrefixCache {
  /** Shorter beginnings are read as fast as they are found. */
  static final int LEAST = 16;

  private final LanguageModel model;
  private final long capacity;
  private final SequencedSet<Entry> entries = new LinkedHashSet<>(); // least recently used first
  private long bytes;

  /**
   * An empty cache.
   *
   * @param capacity most bytes that it holds; 0 keeps nothing
   */
  PrefixCache(LanguageModel model, long capacity) {
    this.model = model;
    this.capacity = capacity;
  }

  /**
   * Log-probabilities of the first tokens of a text.
   *
   * @param tokens from the first on
   * @param top candidates that each has
   */
  record Scores(List<TokenLogprobs> tokens, int top) {
    static final Scores NONE = new Scores(List.of(), 0);

    private static final int BYTES_OF_TOKEN = 64;
    private static final int BYTES_OF_CANDIDATE = 32;

    long bytes() {
      return (long) tokens.size() * (BYTES_OF_TOKEN + top * BYTES_OF_CANDIDATE);
    }

    /** The first ones, with fewer candidates: these are in order, so it is the best that stay. */
    List<TokenLogprobs> first(int count, int fewer) {
      List<TokenLogprobs> first = new ArrayList<>(count);
      for (TokenLogprobs t : tokens.subList(0, count)) {
        int most = Math.min(fewer, t.top().size());
        first.add(new TokenLogprobs(t.token(), t.logprob(), t.top().subList(0, most)));
      }
      return first;
    }
  }

  /**
   * What a prompt starts from.
   *
   * @param session has read the first ids of the prompt; belongs to the caller
   * @param scores of one token more than these, if scores were asked for
   */
  record Start(Session session, List<TokenLogprobs> scores) {}

  /** One text; compared by identity. */
  private static final class Entry {
    final int[] ids;
    final Session session;
    Scores scores;

    Entry(int[] ids, Session session, Scores scores) {
      this.ids = ids;
      this.session = session;
      this.scores = scores;
    }

    /** Ids at the start that another text shares. */
    int common(int[] other) {
      int at = Arrays.mismatch(ids, other);
      return at < 0 ? ids.length : at;
    }
  }

  /**
   * A fork that has read as much as possible of a prompt, but not its last id, whose logits are
   * needed.
   *
   * @param top candidates that the scores of each token need, or -1 for no scores
   */
  Optional<Start> find(int[] prompt, int top) {
    Entry best = null;
    int most = LEAST - 1;
    for (Entry e : entries) {
      int usable = usable(e, prompt, top);
      if (usable > most) {
        most = usable;
        best = e;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    touch(best);
    Session fork = best.session.fork();
    fork.truncate(most);
    return Optional.of(new Start(fork, top < 0 ? List.of() : best.scores.first(most + 1, top)));
  }

  private static int usable(Entry e, int[] prompt, int top) {
    int common = e.common(prompt);
    if (top < 0) {
      return Math.min(common, prompt.length - 1);
    }
    // the score of the token after the beginning needs logits that no session keeps, so either it
    // is one of the scores here or its predecessor is read again
    return e.scores.top() < top ? 0 : Math.min(common, e.scores.tokens().size()) - 1;
  }

  /** Whether texts of a length are kept. */
  boolean wants(int length) {
    return capacity > 0 && length >= LEAST;
  }

  /**
   * Takes a session over.
   *
   * @param ids what it has read, all of it
   * @param scores of the first of these ids, as far as they are known
   */
  void keep(int[] ids, Session session, Scores scores) {
    if (!wants(ids.length) || size(session, scores) > capacity) {
      session.close();
      return;
    }
    Scores known = scores;
    for (Iterator<Entry> it = entries.iterator(); it.hasNext(); ) {
      Entry e = it.next();
      int common = e.common(ids);
      if (common == ids.length) {
        // nothing new, but perhaps scores
        setScores(e, richer(e.scores, known));
        session.close();
        touch(e);
        evict();
        return;
      }
      if (common == e.ids.length) {
        known = richer(known, e.scores);
        it.remove();
        drop(e);
      }
    }
    entries.addLast(new Entry(ids, session, known));
    bytes += size(session, known);
    evict();
  }

  /** Bytes of all that is kept; what forks share counts for each. */
  long bytes() {
    return bytes;
  }

  void clear() {
    entries.forEach(e -> e.session.close());
    entries.clear();
    bytes = 0;
  }

  private void touch(Entry e) {
    entries.remove(e);
    entries.addLast(e);
  }

  private void evict() {
    while (bytes > capacity) {
      drop(entries.removeFirst());
    }
  }

  private void drop(Entry e) {
    bytes -= size(e.session, e.scores);
    e.session.close();
  }

  private void setScores(Entry e, Scores scores) {
    bytes += scores.bytes() - e.scores.bytes();
    e.scores = scores;
  }

  private static Scores richer(Scores a, Scores b) {
    int byLength = Integer.compare(a.tokens().size(), b.tokens().size());
    return byLength > 0 || (byLength == 0 && a.top() >= b.top()) ? a : b;
  }

  private long size(Session session, Scores scores) {
    return model.sessionBytes(session) + scores.bytes();
  }
}
