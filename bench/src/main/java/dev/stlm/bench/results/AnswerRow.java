package dev.stlm.bench.results;

/**
 * One answered request.
 *
 * @param requestSha256 names the request's text, 64 hexadecimal digits
 * @param kind of the request
 * @param task that asked
 * @param taskVersion of that task
 * @param document index of the document in its task
 * @param index of the request in its document
 * @param modelHash names the model's weights
 * @param logLikelihood natural logarithm
 * @param greedy whether every token was the likeliest
 * @param text generated text, or empty
 * @param latencyMicros time the model worked on it, in microseconds
 */
public record AnswerRow(
    String requestSha256,
    String kind,
    String task,
    int taskVersion,
    int document,
    int index,
    String modelHash,
    double logLikelihood,
    boolean greedy,
    String text,
    long latencyMicros) {

  /** Where a request stands; answers of one run have different keys. */
  public record Key(String task, int document, int index) {}

  /** The place of this row's request. */
  public Key key() {
    return new Key(task, document, index);
  }
}
