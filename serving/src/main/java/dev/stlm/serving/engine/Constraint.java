package dev.stlm.serving.engine;

/**
 * What the samples of one request may say. Asked on the engine's thread only, once a token of each
 * sample, so it must be quick.
 */
public interface Constraint {
  /** The state of a sample that has no token yet, counted from 0. */
  State start(int sample);

  /** How far one sample is. */
  interface State {
    /** Whether nothing may follow: the sample ends without another token. */
    boolean complete();

    /**
     * Sets the logits of the tokens that must not follow to −∞.
     *
     * @param logits {@code [vocabulary]}, changed by this
     * @return whether a token is left
     */
    boolean mask(float[] logits);

    /** Goes past a token that was left. */
    void accept(int id);
  }
}
