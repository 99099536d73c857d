package dev.stlm.bench.task;

import dev.stlm.bench.stats.Observation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A thing to score a model on: yields text requests, marks the answers.
 *
 * <p>Immutable and thread-safe. Found through {@link TaskProvider}.
 */
public interface EvalTask {
  /** The name that users give and results carry. */
  String name();

  /** Goes up whenever requests or marking change: figures of different versions do not compare. */
  int version();

  /** One line for people: what it measures. */
  String description();

  /** The group that this task counts into, if any. */
  default Optional<String> group() {
    return Optional.empty();
  }

  /** What it reports, the main figure first. */
  List<Metric> metrics();

  /**
   * Reads the data and makes the requests.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the data is missing or malformed
   */
  Prepared prepare(TaskSettings settings);

  /**
   * A task ready to be asked.
   *
   * @param documents in evaluation order
   * @param dataHash SHA-256 of the data read, in hexadecimal digits
   * @param fewShot number of examples before each document
   */
  record Prepared(List<Document> documents, String dataHash, int fewShot) {
    public Prepared {
      documents = List.copyOf(documents);
    }
  }

  /**
   * One document.
   *
   * @param requests what to ask about it
   * @param marking from the answers, in request order, to one observation a metric
   */
  record Document(List<EvalRequest> requests, Marking marking) {
    public Document {
      requests = List.copyOf(requests);
    }
  }

  /** Marks the answers of one document. */
  @FunctionalInterface
  interface Marking {
    Map<Metric, Observation> mark(List<Answer> answers);
  }
}
