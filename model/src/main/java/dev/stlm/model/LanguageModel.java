package dev.stlm.model;

import dev.stlm.model.accounting.Accounting;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A loaded causal language model: ids in, logits of the next id out.
 *
 * <p>The model owns its weights (mapped files, native memory) and frees them in {@link #close()};
 * its sessions must not be used after that. A model may be shared by threads, a {@link Session} may
 * not.
 */
public interface LanguageModel extends AutoCloseable {
  ModelConfig config();

  Tokenizer tokenizer();

  /** SHA-256 over config and weights as 64 hexadecimal digits: names the model in results. */
  String hash();

  /**
   * Most guesses that {@link Session#draft} takes; 0 where the model, or the runtime, has no
   * drafts.
   */
  default int draftLength() {
    return config().futureIds().orElse(0);
  }

  /** A session at position 0 with nothing read. */
  Session newSession();

  /**
   * Appends to several sessions of this model at once; a runtime may share work between them.
   *
   * @param sessions different sessions of this model
   * @param ids ids to append, one non-empty array a session
   * @return for each session the logits of the id after its last one, {@code [vocabulary]}; equal
   *     to what {@link Session#append(int...)} gives
   */
  default List<float[]> append(List<? extends Session> sessions, List<int[]> ids) {
    List<float[]> logits = new ArrayList<>(sessions.size());
    for (int i = 0; i < sessions.size(); i++) {
      logits.add(sessions.get(i).append(ids.get(i)));
    }
    return logits;
  }

  /**
   * Appends to several sessions of this model at once and gives the logits that the sink wants: the
   * fast way to score many texts.
   *
   * @param sessions different sessions of this model
   * @param ids ids to append, one non-empty array a session
   * @param sink takes the logits; those of one session come in order
   */
  default void append(List<? extends Session> sessions, List<int[]> ids, BatchLogitsSink sink) {
    for (int i = 0; i < sessions.size(); i++) {
      int sequence = i;
      sessions
          .get(i)
          .append(
              ids.get(i),
              (index, logits) -> {
                if (sink.wants(sequence, index)) {
                  sink.accept(sequence, index, logits);
                }
              });
    }
  }

  /** Whether {@link #vectors} works. */
  default boolean givesVectors() {
    return false;
  }

  /**
   * Bytes of memory that a session of this model holds, those that it shares with forks included: a
   * good estimate. By default what {@link Accounting} says of its positions.
   */
  default long sessionBytes(Session session) {
    return Accounting.cacheBytesPerPosition(config()) * session.position();
  }

  /**
   * Appends to several sessions of this model at once and gives the vectors that the head sees:
   * what an embedding or a classifier starts from.
   *
   * @param sessions different sessions of this model
   * @param ids ids to append, one non-empty array a session
   * @param sink takes the vectors; those of one session come in order
   * @throws UnsupportedOperationException if the runtime gives only logits, see {@link
   *     #givesVectors()}
   */
  default void vectors(List<? extends Session> sessions, List<int[]> ids, VectorSink sink) {
    throw new UnsupportedOperationException("this runtime gives no vectors, only logits");
  }

  @Override
  void close();

  /** Takes vectors of several sequences. */
  @FunctionalInterface
  interface VectorSink {
    /**
     * Called for each vector that is wanted, on the thread that appends.
     *
     * @param sequence index of the session
     * @param index index into the ids appended to that session
     * @param vector {@code [width]}: the residual stream after {@code ids[index]} and the last
     *     norm; the head's logits are its products with the rows of the head; valid only during the
     *     call
     */
    void accept(int sequence, int index, float[] vector);

    /** Whether the vector after an id is wanted. */
    default boolean wants(int sequence, int index) {
      return true;
    }
  }

  /** Takes logits of several sequences. */
  @FunctionalInterface
  interface BatchLogitsSink {
    /**
     * Called for each logits that are wanted, on the thread that appends.
     *
     * @param sequence index of the session
     * @param index index into the ids appended to that session
     * @param logits {@code [vocabulary]}: the id after {@code ids[index]}; valid only during the
     *     call
     */
    void accept(int sequence, int index, float[] logits);

    /** Whether the logits after an id are wanted; others need not be computed. */
    default boolean wants(int sequence, int index) {
      return true;
    }
  }
}
