package dev.stlm.model.generate;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Random;

/** A model whose drafts are right as often as one wishes; all else is another model's. */
final class OracleDrafts implements LanguageModel {
  private final LanguageModel model;
  private final double right;
  private final Random random = new Random(5);
  private int appends;
  private long time;

  /**
   * Drafts for a model.
   *
   * @param right how often a draft is right, 0 to 1
   */
  OracleDrafts(LanguageModel model, double right) {
    this.model = model;
    this.right = right;
  }

  /** How often a session was appended to. */
  int appends() {
    return appends;
  }

  /** Time of a machine that needs 100 for an append and 5 more for each draft and id of it. */
  long time() {
    return time;
  }

  @Override
  public int draftLength() {
    return 5;
  }

  @Override
  public ModelConfig config() {
    return model.config();
  }

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public String hash() {
    return model.hash();
  }

  @Override
  public Session newSession() {
    return new Drafting(model.newSession());
  }

  @Override
  public void close() {}

  private final class Drafting implements Session {
    private final Session session;

    Drafting(Session session) {
      this.session = session;
    }

    @Override
    public int position() {
      return session.position();
    }

    @Override
    public float[] append(int... ids) {
      read(ids);
      return session.append(ids);
    }

    @Override
    public void append(int[] ids, LogitsSink sink) {
      read(ids);
      session.append(ids, sink);
    }

    private void read(int[] ids) {
      appends++;
      time += 100 + 5L * ids.length;
    }

    @Override
    public void draft(int[] guesses, int count, float[] logits) {
      time += 5;
      try (Session fork = session.fork()) {
        float[] next = fork.append(Arrays.copyOf(guesses, count));
        System.arraycopy(next, 0, logits, 0, next.length);
        if (random.nextDouble() >= right) {
          logits[random.nextInt(logits.length)] = 1e9f;
        }
      }
    }

    @Override
    public void truncate(int position) {
      session.truncate(position);
    }

    @Override
    public Session fork() {
      return new Drafting(session.fork());
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
