package dev.stlm.model;

import dev.stlm.tokenizer.InvalidInputException;

/**
 * One sequence being read by a model, with its cache of keys and values.
 *
 * <p>Reading a text at once or id by id gives the same logits. Sessions are not thread-safe.
 */
public interface Session extends AutoCloseable {
  /** Number of ids read so far, between 0 and the context length of the config. */
  int position();

  /**
   * Reads ids and gives the logits of the id that follows the last one.
   *
   * @param ids at least one id
   * @return logits {@code [vocabulary]}, owned by the caller
   * @throws InvalidInputException if an id is not in the vocabulary or the context would overflow
   */
  float[] append(int... ids);

  /**
   * Reads one id and writes the logits of the next into an array: a step of generation. A runtime
   * may do this without allocating memory.
   *
   * @param logits {@code [vocabulary]}, overwritten
   * @throws InvalidInputException if the id is not in the vocabulary or the context is full
   */
  default void append(int id, float[] logits) {
    float[] next = append(id);
    System.arraycopy(next, 0, logits, 0, next.length);
  }

  /**
   * Reads ids and gives the logits after each of them, in order.
   *
   * @throws InvalidInputException if an id is not in the vocabulary or the context would overflow
   */
  void append(int[] ids, LogitsSink sink);

  /**
   * Drafts an id beyond the next one, for a model that has drafts ({@link
   * LanguageModel#draftLength()}): the logits of the id that follows the last id read and some
   * guesses, from the cell of {@link dev.stlm.model.config.ModelConfig#futureIds()} at the last
   * position. The session stays as it is. A runtime may do this without allocating memory.
   *
   * <p>A runtime keeps what drafts start from for at least the ids of the last append, so a
   * truncation among these leaves the session able to draft.
   *
   * @param guesses ids taken to follow the last id read, in order
   * @param count how many of them are used, 1 to {@link LanguageModel#draftLength()}
   * @param logits {@code [vocabulary]}, overwritten
   * @throws UnsupportedOperationException if the model has no drafts
   * @throws IllegalStateException if nothing is read, or the session was truncated to before the
   *     last append and the runtime keeps no more: append an id first
   * @throws InvalidInputException if a guess is not in the vocabulary
   */
  default void draft(int[] guesses, int count, float[] logits) {
    throw new UnsupportedOperationException("this model has no drafts of later ids");
  }

  /**
   * Forgets everything from a position on.
   *
   * @param position between 0 and {@link #position()}
   */
  void truncate(int position);

  /** An independent session that has read the same ids. */
  Session fork();

  @Override
  void close();

  /** Takes the logits of a whole text, position by position. */
  @FunctionalInterface
  interface LogitsSink {
    /**
     * Called once for each appended id, in order.
     *
     * @param index index into the appended ids
     * @param logits {@code [vocabulary]}: the id after {@code ids[index]}; valid only during the
     *     call
     */
    void accept(int index, float[] logits);
  }
}
