package dev.stlm.model.score;

import dev.stlm.model.LanguageModel;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Log-likelihoods of continuations: the requests that multiple-choice benchmarks make.
 *
 * <p>Requests are sorted by their ids and read in batches; requests that begin alike are read as
 * one text up to where they part. That changes the speed only: a result is the same whatever it was
 * computed with.
 */
public final class Loglikelihood {
  private Loglikelihood() {}

  /**
   * What to score: the continuation after the context. Where both are longer than the context
   * length + 1, ids at the start of the context are left out.
   *
   * @param context at least one id; the end-of-text id stands for no context
   * @param continuation ids whose log-probabilities are added up; at most the context length
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(int[] context, int[] continuation) {
    public Request {
      if (context.length == 0) {
        throw new InvalidInputException(
            "log-likelihood: the context is empty; give the end-of-text id instead");
      }
    }
  }

  /**
   * A result.
   *
   * @param logLikelihood sum of natural-log probabilities, in order, in double precision
   * @param greedy whether every id of the continuation is the most likely one; of equally likely
   *     ones the lowest counts
   */
  public record Result(double logLikelihood, boolean greedy) {}

  /** Takes results as they come. */
  @FunctionalInterface
  public interface ResultSink {
    /**
     * Called once a request.
     *
     * @param index of the request in the list
     */
    void accept(int index, Result result);
  }

  /** Scores one continuation. */
  public static Result score(LanguageModel model, int[] context, int[] continuation) {
    return score(model, List.of(new Request(context, continuation))).getFirst();
  }

  /** Scores requests; results in their order. */
  public static List<Result> score(LanguageModel model, List<Request> requests) {
    List<Result> results =
        new ArrayList<>(Collections.nCopies(requests.size(), new Result(0, true)));
    score(model, requests, results::set);
    return results;
  }

  /**
   * Scores requests and hands each result over when it is there, in no order.
   *
   * @throws InvalidInputException if a continuation is longer than the context length or an id is
   *     not in the vocabulary
   */
  public static void score(LanguageModel model, List<Request> requests, ResultSink sink) {
    int most = model.config().contextLength() + 1;
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request r = requests.get(i);
      if (r.continuation.length == 0) {
        sink.accept(i, new Result(0, true));
      } else if (r.continuation.length >= most) {
        throw new InvalidInputException(
            "log-likelihood: continuation "
                + i
                + " has "
                + r.continuation.length
                + " ids, the model's context holds "
                + (most - 1)
                + "; shorten it");
      } else {
        sequences.add(Sequence.of(i, r, most));
      }
    }
    sequences.sort((a, b) -> Arrays.compare(a.ids, b.ids));
    for (int from = 0; from < sequences.size(); ) {
      List<PrefixGroup> wave = new ArrayList<>();
      for (int members = 0; from < sequences.size() && members < PrefixGroup.MOST; ) {
        PrefixGroup group = PrefixGroup.from(sequences.subList(from, sequences.size()));
        wave.add(group);
        members += group.members().size();
        from += group.members().size();
      }
      PrefixWave.run(model, wave, sink);
    }
  }

  /**
   * One request as the ids that are read and predicted.
   *
   * @param index of the request
   * @param ids context and continuation
   * @param firstScored index of the first id of the continuation
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sequence(int index, int[] ids, int firstScored) {
    static Sequence of(int index, Request r, int most) {
      int length = r.context.length + r.continuation.length;
      int cut = Math.max(0, length - most);
      int[] ids = Arrays.copyOfRange(r.context, cut, length);
      int first = r.context.length - cut;
      System.arraycopy(r.continuation, 0, ids, first, r.continuation.length);
      return new Sequence(index, ids, first);
    }
  }
}
