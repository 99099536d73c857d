package dev.stlm.serving.engine;

import dev.stlm.model.Session;

/** A sample that goes on, by one token a step. */
final class Running implements Sequence {
  private final Sample sample;
  private final ReadIds ids;
  private final PrefixCache.Scores scores;
  private float[] logits = {};

  /**
   * A sample that has its first token, and a session.
   *
   * @param ids that its session has read
   * @param scores of these
   */
  Running(Sample sample, ReadIds ids, PrefixCache.Scores scores) {
    this.sample = sample;
    this.ids = ids;
    this.scores = scores;
  }

  Sample sample() {
    return sample;
  }

  @Override
  public Generation generation() {
    return sample.generation();
  }

  @Override
  public Session session() {
    return sample.session();
  }

  @Override
  public int[] next() {
    return new int[] {sample.next()};
  }

  @Override
  public boolean wants(int index) {
    return true;
  }

  @Override
  public void accept(int index, float[] row) {
    logits = row.clone();
  }

  @Override
  public void read() {
    ids.add(sample.next());
  }

  /** After the token that was read last; may be changed. */
  float[] logits() {
    return logits;
  }

  /** Gives the session to the cache. */
  void keep(PrefixCache cache) {
    cache.keep(ids.toArray(), sample.session(), scores);
  }
}
