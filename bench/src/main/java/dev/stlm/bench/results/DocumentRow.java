package dev.stlm.bench.results;

/**
 * One document's mark.
 *
 * @param task the task
 * @param metric the metric's name
 * @param document index of the document in its task
 * @param value 0 or 1 for accuracies, nats for likelihoods
 * @param weight 1, or the words or bytes that the value is counted by
 */
public record DocumentRow(String task, String metric, int document, double value, double weight) {}
