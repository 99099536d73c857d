package dev.stlm.model.config;

import java.util.Optional;

/**
 * One parameter of a model.
 *
 * @param name its name in the checkpoint, such as {@code layers.0.attention.qkv}
 * @param rows number of rows; 1 for a vector
 * @param columns number of columns (input width of a projection, row width of a table)
 * @param kind what it is for: decides weight decay, pruning and quantisation
 * @param init how training starts it
 * @param tiedTo the parameter whose values it shares; then it is neither stored nor optimised nor
 *     counted itself
 */
public record Parameter(
    String name, int rows, int columns, Kind kind, Init init, Optional<String> tiedTo) {

  /** What a parameter is for. */
  public enum Kind {
    /** A look-up table {@code [rows, columns]}: embedding or n-gram table. */
    TABLE,
    /** A projection {@code [outputs, inputs]}, applied as y = W x. */
    MATRIX,
    /** The gain of a norm {@code [columns]}: no weight decay, never pruned or quantised. */
    GAIN
  }

  /** Initial values. */
  public sealed interface Init {
    /** All one value. */
    record Constant(float value) implements Init {}

    /** Normal with mean 0. */
    record Normal(double standardDeviation) implements Init {}
  }

  /** Number of values. */
  public long size() {
    return (long) rows * columns;
  }
}
