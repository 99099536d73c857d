package dev.stlm.serving.engine;

import dev.stlm.model.generate.FinishReason;
import java.util.List;

/**
 * Hears what becomes of one {@link GenerationRequest}; called on the engine's thread, so it must
 * hand over quickly and never block. After {@link #failed} or the last {@link #finished} no call
 * follows.
 */
public interface GenerationListener {
  /** The prompt has been read. Called only if its scores were asked for, before any text. */
  default void promptScored(List<TokenLogprobs> tokens) {}

  /**
   * A piece of a continuation, whole characters only.
   *
   * @param sample from 0
   * @param text may be empty, since bytes of an unfinished character and of what may become a stop
   *     text are held back
   * @param tokens log-probabilities of the tokens read in this step, if asked for
   */
  void text(int sample, String text, List<TokenLogprobs> tokens);

  /** A continuation is complete; {@code generated} counts its tokens, an ending one included. */
  void finished(int sample, FinishReason reason, int generated);

  /** The whole request ended without a result. */
  void failed(Failure failure);

  /** Why a request has no result. */
  enum Failure {
    /** It took longer than the limit. */
    TIMEOUT,
    /** The server is stopping. */
    STOPPING,
    /** The model failed; the cause has been logged. */
    INTERNAL
  }
}
