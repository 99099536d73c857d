package dev.stlm.model.score;

/**
 * How well a model predicts a text.
 *
 * @param bitsPerByte {@code nats / (bytes · ln 2)}
 * @param standardError of {@code bitsPerByte}: blocks of {@link BitsPerByte#BLOCK} ids taken as
 *     independent, ratio estimator; not a number for a text of fewer than two blocks
 * @param bytes bytes of the text, more than 0
 * @param nats negative natural-log likelihood of the whole text
 */
public record Score(double bitsPerByte, double standardError, long bytes, double nats) {}
