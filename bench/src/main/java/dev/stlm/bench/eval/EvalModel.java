package dev.stlm.bench.eval;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import java.util.List;

/**
 * A model that is scored. It sees text only, so that any tokenizer and any server can stand behind
 * it. For one thread.
 *
 * <p>Each method may answer in any order; an answer does not depend on the order or on the other
 * requests.
 */
public interface EvalModel extends AutoCloseable {
  /** What is known about the model; goes into results. */
  ModelFacts facts();

  /**
   * Says how likely continuations are after their contexts.
   *
   * @param requests what to answer
   * @param sink takes every answer once
   */
  void loglikelihood(List<EvalRequest.LogLikelihood> requests, AnswerSink sink);

  /** Says how likely texts are, by windows that predict every token of them once. */
  void rolling(List<EvalRequest.Rolling> requests, AnswerSink sink);

  /** Writes on after contexts, greedily. */
  void generate(List<EvalRequest.Generate> requests, AnswerSink sink);

  @Override
  void close();

  /** Takes answers as they come. */
  @FunctionalInterface
  interface AnswerSink {
    /**
     * Called once a request.
     *
     * @param index of the request in the list
     * @param answer the answer
     * @param latencyMicros how long the model worked on it, in microseconds
     */
    void accept(int index, Answer answer, long latencyMicros);
  }
}
