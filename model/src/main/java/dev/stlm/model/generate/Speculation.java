package dev.stlm.model.generate;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.score.LogSoftmax;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Reads the ids of a text one after the other, and reads ahead what the model drafts (speculative
 * decoding, Leviathan et al. 2023, arXiv 2211.17192, with the model's own drafts as in Stern et al.
 * 2018, arXiv 1811.03115): the id that is asked for and the drafts after it go through the model
 * together; as long as the ids that come are the drafted ones, their logits are there already, and
 * at the first other one the rest is forgotten.
 *
 * <p>The logits are those of reading id by id, so the text is the same; it comes sooner where
 * drafts are right. How many ids are drafted follows from how many were right so far.
 */
final class Speculation {
  private final Session session;
  private final LongSupplier clock;
  private final int context;
  private final DraftLength length;
  private final int[] ahead; // the last id that was asked for, then drafts
  private final float[][] logits; // after each of these
  private final float[] draft;
  private int start; // position of ahead[0]
  private int read; // ids of ahead that the session has read
  private int right; // of these, the ones that were asked for
  private long took; // nanoseconds of the round
  private int rounds;
  private int drafted;
  private int accepted;

  /**
   * At the current position of a session.
   *
   * @param drafts whether to read ahead, if the model can
   * @param clock in nanoseconds: how long rounds take says how many ids to draft
   */
  Speculation(LanguageModel model, Session session, boolean drafts, LongSupplier clock) {
    this.session = session;
    this.clock = clock;
    context = model.config().contextLength();
    length = new DraftLength(drafts ? model.draftLength() : 0);
    ahead = new int[length.most() + 1];
    logits = new float[ahead.length][model.config().vocabularySize()];
    draft = new float[model.config().vocabularySize()];
    start = session.position();
  }

  /** Number of ids that were asked for, those before this began included. */
  int position() {
    return start + right;
  }

  /**
   * Reads an id; there is room for it.
   *
   * @return the logits of the next one, valid until the next call
   */
  float[] read(int id) {
    if (right < read && ahead[right] == id) {
      accepted++;
      return logits[right++];
    }
    settle();
    start += right;
    if (session.position() > start) {
      session.truncate(start);
    }
    ahead[0] = id;
    right = 1;
    long began = clock.getAsLong();
    readAhead(Math.min(length.next(), context - start - 1));
    took = clock.getAsLong() - began;
    return logits[0];
  }

  private void readAhead(int count) {
    if (count <= 0) {
      read = 1;
      session.append(ahead[0], logits[0]);
      return;
    }
    for (int j = 1; j <= count; j++) {
      session.draft(ahead, j, draft);
      ahead[j] = LogSoftmax.argmax(draft);
    }
    read = count + 1;
    rounds++;
    drafted += count;
    session.append(
        Arrays.copyOf(ahead, read),
        (index, next) -> System.arraycopy(next, 0, logits[index], 0, next.length));
  }

  /** Forgets all and reads some ids instead; gives the logits after them. */
  float[] restart(int[] ids) {
    settle();
    session.truncate(0);
    float[] next = session.append(ids);
    start = session.position();
    read = 0;
    right = 0;
    return next;
  }

  /** A round is over: learns how many of its drafts were right, and what they cost. */
  private void settle() {
    if (read > 0) {
      length.learn(read - 1, right - 1, (double) took);
    }
  }

  /** What came of it so far. */
  DraftStatistics statistics() {
    return new DraftStatistics(rounds, drafted, accepted);
  }
}
